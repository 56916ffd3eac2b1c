import { ConfigError, ConsistencyError, SourceError } from '../core/errors.ts';

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

/** `where` is left out while it is not known, as in the middle of a stream. */
export function rowCountsDiffer(arrived: number, counted: number | 'none', where?: string): ConsistencyError {
  const failed = where === undefined ? '' : `Failed ${where}: `;
  return new ConsistencyError('ROW_COUNT_DIFFERS', `${failed}${arrived} rows arrived, the server counts ${counted}.`, {
    remedy: 'The table is read again; nothing of this attempt is kept.',
  });
}

/** The server's count was asked for too early. */
export function streamNotEnded(where: string): ConsistencyError {
  return new ConsistencyError('STREAM_NOT_ENDED', `The row count is not known yet: ${where} has not ended.`);
}
