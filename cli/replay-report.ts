import type { TableReport } from '../local/run/report.ts';
import type { ReplayReport } from '../shared/flow/replay-dead-letters.ts';
import { type Console, count } from './console.ts';

type Replays = ReadonlyMap<string, ReplayReport>;

/** What a person reads of the letters that were sent back to work, or would be. */
export function printReplays(replays: Replays, { dryRun }: { readonly dryRun: boolean }, console: Console): void {
  const write = (line: string) => console.out.write(`${line}\n`);
  for (const [source, { replayed, waiting, left, unreadable }] of replays) {
    const verb = dryRun ? 'Would replay' : 'Replayed';
    for (const { message, errorCode } of replayed) {
      write(`${verb} ${source} ${message.table} of run ${message.runId} (${errorCode ?? 'no error code'})`);
    }
    for (const { messageId, problem } of unreadable) write(`Left message ${messageId}:\n  ${problem}`);
    if (replayed.length === 0) write(`Nothing to replay for ${source}.`);
    if (waiting > 0)
      write(`Left ${count(waiting)} more ${waiting === 1 ? 'table' : 'tables'} of ${source} for the next call.`);
    if (left > 0) write(`Left ${count(left)} other dead ${left === 1 ? 'letter' : 'letters'} of ${source}.`);
  }
}

/** True when a source has more letters than were looked at. */
export function hasUnseen(replays: Replays): boolean {
  return [...replays.values()].some(({ complete }) => !complete);
}

/** The document of `--json`. */
export function replayDocument(replays: Replays, tables: readonly TableReport[], dryRun: boolean) {
  const all = [...replays];
  return {
    dry_run: dryRun,
    replayed: all.flatMap(([source, { replayed }]) =>
      replayed.map(({ message, errorCode, errorMessage, letters }) => ({
        source,
        table: message.table,
        run_id: message.runId,
        error_code: errorCode ?? null,
        error_message: errorMessage ?? null,
        letters: letters.length,
      })),
    ),
    waiting: all.reduce((sum, [, { waiting }]) => sum + waiting, 0),
    left: all.reduce((sum, [, { left }]) => sum + left, 0),
    unreadable: all.flatMap(([source, { unreadable }]) =>
      unreadable.map(({ messageId, problem }) => ({ source, message_id: messageId, problem })),
    ),
    complete: !hasUnseen(replays),
    tables,
  };
}
