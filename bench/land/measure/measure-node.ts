import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { NodeSubject } from '../subjects/subject.ts';
import type { Cost } from './cost.ts';
import { endForked, nextMessage, startForked } from './forked.ts';
import type { NodeOrder } from './node-child.ts';

export interface NodeRunOptions {
  readonly cpus?: number | undefined;
  readonly nodeFlags?: readonly string[];
}

export const RUN_TIMEOUT_MS = 30 * 60_000;

/** A subject that is ready and waits for the word. */
export interface ReadyNode {
  land(): Promise<Cost>;
  end(): Promise<void>;
}

export async function readyNode(order: NodeOrder, { cpus, nodeFlags = [] }: NodeRunOptions = {}): Promise<ReadyNode> {
  const child: ChildProcess = startForked(join(import.meta.dirname, 'node-child.ts'), { nodeFlags, cpus });
  try {
    child.send(order);
    await nextMessage(child, RUN_TIMEOUT_MS);
  } catch (thrown) {
    await endForked(child);
    throw thrown;
  }
  return {
    land: async () => {
      const told = nextMessage<Cost>(child, RUN_TIMEOUT_MS);
      child.send('land');
      return await told;
    },
    end: () => endForked(child),
  };
}

/** Lands once, in a process that ends with it. */
export async function measureNode(
  { name }: NodeSubject,
  order: Omit<NodeOrder, 'subject'>,
  options: NodeRunOptions = {},
): Promise<Cost> {
  const ready = await readyNode({ subject: name, ...order }, options);
  try {
    return await ready.land();
  } finally {
    await ready.end();
  }
}
