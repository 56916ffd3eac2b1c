import { successKey } from '../../../shared/core/object-key.ts';
import type { Checkpoint, LatestPointer, TableManifest } from '../../../shared/core/records.ts';
import { scheduledTimeOf } from '../../../shared/core/run-id.ts';
import type { Bucket, StoredObject } from '../aws/bucket.ts';
import type { Watch } from '../world/violation.ts';
import { LEDGER, LedgerView, parsed, runKeyOf } from './ledger-keys.ts';

/** Records that are written over while a run goes on; all others are written once. */
const REWRITTEN =
  /\/(sent\.json|report\.html|announcements\/|checkpoints\/|failures\/|latest\/|symlinks\/|state\/|schemas\/|claims\/)/;

/** Looks at every object at the moment at which it becomes visible: what is wrong then is wrong for a reader. */
export class BucketWatch {
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  onWrite(bucket: Bucket, key: string, object: StoredObject, replaced: StoredObject | undefined): void {
    const isRecord = key.startsWith(LEDGER);
    if (replaced !== undefined && !(isRecord && REWRITTEN.test(key))) {
      this.#watch.report('part-final', `${key} was replaced.`);
    }
    if (!isRecord) {
      if (key.includes('/_SUCCESS')) this.#onSuccess(bucket, key);
      return;
    }
    if (key.includes('/latest/')) this.#onLatest(key, object, replaced);
    switch (runKeyOf(key)?.kind) {
      case 'manifests':
        this.#onManifest(bucket, key, parsed(object.body));
        break;
      case 'checkpoints':
        this.#onCheckpoint(key, object, replaced);
        break;
      case 'summary':
        this.#onSummary(bucket, runKeyOf(key)?.runId ?? '');
        break;
      default:
        break;
    }
  }

  #onSuccess(bucket: Bucket, key: string): void {
    const manifests = new LedgerView(bucket).manifests();
    const own = manifests.find(({ folder, run_id: runId }) => successKey({ folder, runId }) === key);
    if (own === undefined) this.#watch.report('success-complete', `${key} appeared before a manifest.`);
    else this.#requireParts(bucket, key, own);
  }

  #onManifest(bucket: Bucket, key: string, manifest: TableManifest): void {
    this.#requireParts(bucket, key, manifest);
  }

  #requireParts(bucket: Bucket, key: string, { parts }: TableManifest): void {
    for (const part of parts) {
      const found = bucket.objects.get(part.key);
      const isThere = found?.body.length === part.bytes && found.metadata['landfall-attempt'] === part.attempt_id;
      this.#watch.require(isThere, 'success-complete', () => `${key} appeared without ${part.key} as it lists it.`);
    }
  }

  #onCheckpoint(key: string, { body }: StoredObject, replaced: StoredObject | undefined): void {
    if (replaced === undefined) return;
    const [before, after] = [parsed<Checkpoint>(replaced.body), parsed<Checkpoint>(body)];
    const goesOn =
      before.attempts.every((attempt, sequence) => after.attempts[sequence] === attempt) &&
      after.rows >= before.rows &&
      after.handed_over >= before.handed_over &&
      (!before.ended || (after.ended && after.attempts.length === before.attempts.length));
    this.#watch.require(
      goesOn,
      'forward-only',
      () => `${key} went from ${replaced.body.toString()} to ${body.toString()}`,
    );
  }

  #onLatest(key: string, { body }: StoredObject, replaced: StoredObject | undefined): void {
    if (replaced === undefined) return;
    const [before, after] = [parsed<LatestPointer>(replaced.body).run_id, parsed<LatestPointer>(body).run_id];
    const isForward = (scheduledTimeOf(after) ?? 0) > (scheduledTimeOf(before) ?? 0);
    this.#watch.require(isForward, 'forward-only', () => `${key} went from ${before} to ${after}.`);
  }

  #onSummary(bucket: Bucket, runId: string): void {
    const ledger = new LedgerView(bucket);
    const plan = ledger.plans().find(({ run_id: planned }) => planned === runId);
    for (const { table } of plan?.tables ?? []) {
      const ending = ledger.manifest(runId, table) ?? ledger.failure(runId, table) ?? ledger.superseded(runId, table);
      this.#watch.require(
        ending !== undefined,
        'one-summary',
        () => `The summary of ${runId} came before ${table} ended.`,
      );
    }
  }
}
