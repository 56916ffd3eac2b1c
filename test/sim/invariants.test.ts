import { describe, expect, it } from '@jest/globals';
import { Bucket } from './aws/bucket.ts';
import { BucketWatch } from './invariants/bucket-watch.ts';
import { landedRows } from './invariants/landed-rows.ts';
import { Watch } from './world/violation.ts';

const RUN = '20261122T030000Z';
const LEDGER = 'raw/_landfall/';
const FOLDER = `raw/shop/t/run_id=${RUN}/`;
const PART = `${FOLDER}part-000-00000.csv`;

type Write = readonly [key: string, content: object | string, metadata?: Record<string, string>];

/** What the watch says after these objects were written one after the other. */
function verdictOn(...writes: readonly Write[]): string | undefined {
  const watch = new Watch([]);
  const bucketWatch = new BucketWatch(watch);
  const bucket: Bucket = new Bucket((key, object, replaced) => bucketWatch.onWrite(bucket, key, object, replaced));
  for (const [key, content, metadata = {}] of writes) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    bucket.put(key, Buffer.from(text), metadata, {}, undefined);
  }
  return watch.violation?.invariant;
}

const manifest: Write = [
  `${LEDGER}runs/shop/${RUN}/manifests/t.json`,
  { folder: FOLDER, run_id: RUN, parts: [{ key: PART, bytes: 3, attempt_id: 'w1.1' }] },
];
const part: Write = [PART, 'row', { 'landfall-attempt': 'w1.1' }];
const success: Write = [`${FOLDER}_SUCCESS`, ''];
const checkpoint = (attempts: readonly string[], ended = false): Write => [
  `${LEDGER}runs/shop/${RUN}/checkpoints/t/0.json`,
  { attempts, rows: attempts.length, handed_over: 0, ended },
];
const latest = (runId: string): Write => [`${LEDGER}latest/shop/t.json`, { run_id: runId }];

describe('the watch over the bucket', () => {
  it.each<[string, string | undefined, readonly Write[]]>([
    ['a table that lands in order', undefined, [part, manifest, success]],
    ['a part that is replaced', 'part-final', [part, part]],
    ['a manifest that is replaced', 'part-final', [part, manifest, manifest]],
    ['a manifest before its part', 'success-complete', [manifest, part]],
    ["a manifest of another attempt's part", 'success-complete', [[PART, 'row', {}], manifest]],
    ['a marker before its manifest', 'success-complete', [part, success, manifest]],
    ['checkpoints that go on', undefined, [checkpoint(['a']), checkpoint(['a', 'b'], true)]],
    ['a checkpoint that forgets a part', 'forward-only', [checkpoint(['a', 'b']), checkpoint(['a'])]],
    ['a checkpoint that changes a part', 'forward-only', [checkpoint(['a']), checkpoint(['b', 'c'])]],
    ['a part behind the end', 'forward-only', [checkpoint(['a'], true), checkpoint(['a', 'b'], true)]],
    ['a pointer that goes on', undefined, [latest(RUN), latest('20261123T030000Z')]],
    ['a pointer that goes back', 'forward-only', [latest('20261123T030000Z'), latest(RUN)]],
  ])('judges %s', (_, expected, writes) => {
    expect(verdictOn(...writes)).toBe(expected);
  });
});

describe('the rows of a landed file', () => {
  const expected = {
    columns: ['k1', 'note'],
    rows: [
      ['7', null],
      ['8', 'note 2'],
    ],
  };

  it.each([
    ['csv', 'k1,note\r\n7,\r\n8,note 2\r\n'],
    ['jsonl', '{"k1":7,"note":null}\n{"k1":"8","note":"note 2"}\n'],
  ])('are read from %s', (format, text) => {
    expect(landedRows(Buffer.from(text), format)).toEqual(expected);
  });
});
