import { ConfigError, SourceError } from '../core/errors.ts';

interface Wrapped {
  readonly original?: unknown;
  readonly parent?: unknown;
}

/** The driver's own error inside a Sequelize error, however deep. */
export function driverErrorOf(thrown: unknown): unknown {
  const { original, parent } = (thrown ?? {}) as Wrapped;
  const inner = original ?? parent;
  return inner === undefined || inner === thrown ? thrown : driverErrorOf(inner);
}

/** The server was silent for `timeoutMs` while something was waited for. `where` is such as `reading dbo.orders`. */
export function stalled(where: string, timeoutMs: number): SourceError {
  return new SourceError('SOURCE_STALLED', `Failed ${where}: the server sent nothing for ${timeoutMs} ms.`, {
    remedy:
      'The table is read again. Should a query need longer for its first row, raise `stall_timeout` of the source.',
  });
}

export function closedError(where: string): ConfigError {
  return new ConfigError('SOURCE_CLOSED', `Failed ${where}: the source was closed.`);
}
