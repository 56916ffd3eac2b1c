import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureQueues } from '../../../../local/aws/source-queues.ts';
import { localQueues, receive } from '../../../unit/local/aws/local-queues.ts';

const settings = { visibilityTimeoutSeconds: 5400, maxReceiveCount: 3 };

describe('queues whose process is killed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-queues-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lose no message whose send was answered, kill after kill', async () => {
    const acknowledged = new Set<string>();
    for (const delayMs of [0, 7, 31]) {
      for (const id of await sendUntilKilled(folder, delayMs)) acknowledged.add(id);
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(30);
    await using local = await localQueues(folder);
    const { queueUrl } = await ensureQueues(local.sqs, 'shop', settings);
    const found = new Set<string>();
    for (;;) {
      const messages = await receive(local.sqs, queueUrl);
      if (messages.length === 0) break;
      for (const { MessageId } of messages) found.add(MessageId!);
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle }));
      await local.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
    expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
  });
});

/** The ids a child saw acknowledged before it was killed, at least one batch. */
async function sendUntilKilled(folder: string, delayMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sending-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), delayMs);
    output += chunk;
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  // What follows the last line end is half a batch's line, cut by the kill.
  return output.split('\n').slice(0, -1);
}
