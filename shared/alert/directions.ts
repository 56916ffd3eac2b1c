import { commandBlock } from './email-text.ts';

/** How a reader of an email gets further; differs between a deployed and a local fleet. */
export interface Directions {
  /** Words of the command before its options, such as `npx landfall replay`. */
  readonly replayCommand: readonly string[];
  /** A link, a log group or a file. */
  readonly logs: string;
  /** What stands before the key of an object, such as `s3://bucket/` or a folder. */
  readonly objects: string;
}

const REPLAY = 'replay';

/** Another command of the tool that replays, with its options, ready for a shell. */
export function commandOf(
  { replayCommand }: Pick<Directions, 'replayCommand'>,
  name: string,
  options: readonly string[],
): string {
  const place = replayCommand.indexOf(REPLAY);
  const words = replayCommand.map((word, index) => (index === place ? name : word));
  return commandBlock([...words, ...options]);
}

/** The command that sends back every table of a run that failed for one cause. */
export function replayOf(
  { source, runId, errorCode }: { readonly source: string; readonly runId: string; readonly errorCode: string },
  directions: Directions,
): string {
  return commandOf(directions, REPLAY, ['--source', source, '--run', runId, '--error', errorCode]);
}
