import { cpus } from 'node:os';
import type { Machine } from './results.ts';

export function machine(pinnedCpus: number | undefined): Machine {
  const all = cpus();
  const [model = 'unknown'] = new Set(all.map((cpu) => cpu.model));
  const { version: node, platform, arch } = process;
  return { node, cpus: `${all.length} x ${model}`, platform: `${platform} ${arch}`, pinnedCpus: pinnedCpus ?? null };
}
