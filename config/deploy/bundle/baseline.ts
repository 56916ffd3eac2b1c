import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Bundle, CODE_FILE } from './build-bundle.ts';
import type { BundleKind } from './kinds.ts';

/** What a cold start pays for: bytes that V8 parses, and modules whose code runs. Unlike milliseconds, the same everywhere. */
export interface BundleSize {
  readonly codeBytes: number;
  readonly modules: number;
}

const BASELINE_FILE = join(import.meta.dirname, 'baseline.json');

const baselineSchema = z.record(z.string(), z.strictObject({ code_bytes: z.int(), modules: z.int() }));

/** What a bundle may grow until somebody decides that it may. */
export const MAX_GROWTH = 0.15;

export function sizeOf({ files, modules }: Bundle): BundleSize {
  return { codeBytes: files.get(CODE_FILE)!.length, modules: modules.size };
}

/** The sizes that were last agreed on. */
export function readBaseline(): ReadonlyMap<string, BundleSize> {
  const parsed = baselineSchema.parse(JSON.parse(readFileSync(BASELINE_FILE, 'utf8')));
  return new Map(
    Object.entries(parsed).map(([kind, { code_bytes: codeBytes, modules }]) => [kind, { codeBytes, modules }]),
  );
}

export function writeBaseline(sizes: ReadonlyMap<BundleKind, BundleSize>): void {
  const written = Object.fromEntries(
    [...sizes].map(([kind, { codeBytes, modules }]) => [kind, { code_bytes: codeBytes, modules }]),
  );
  writeFileSync(BASELINE_FILE, `${JSON.stringify(written, null, 2)}\n`);
}

/** What has grown by more than is allowed, one sentence each. */
export function sizeProblems(kind: string, now: BundleSize, before: BundleSize | undefined): string[] {
  if (before === undefined) return [`${kind} is not in the baseline`];
  return (['codeBytes', 'modules'] as const).flatMap((measure) => {
    const growth = now[measure] / before[measure] - 1;
    if (growth <= MAX_GROWTH) return [];
    return [
      `${kind} has ${now[measure]} ${WORDS[measure]}, ${percent(growth)} more than the ${before[measure]} agreed on`,
    ];
  });
}

const WORDS = { codeBytes: 'bytes of code', modules: 'modules' } as const;

/** A growth with its sign, as in `+1.5 %`. */
export function percent(growth: number): string {
  const text = (growth * 100).toFixed(1);
  return `${growth < 0 || text.startsWith('-') ? '' : '+'}${text} %`;
}
