import { ConfigError, LandfallError, SourceError } from '../../core/errors.ts';
import { driverText, verdictOnDriver } from './driver-failures.ts';
import { decisiveError, serverErrors, serverErrorText, verdictOn } from './server-errors.ts';

interface Wrapped {
  readonly original?: unknown;
  readonly parent?: unknown;
}

/**
 * Any failure of Sequelize, the driver or the server as a typed error. `where` says what was being done, such as
 * `reading dbo.orders`. Typed errors pass unchanged. Number, state, class and text of the server's errors stand in
 * the message, and `serverErrors` reads them from the cause; they bear no credentials.
 */
export function asSourceError(thrown: unknown, where: string): LandfallError {
  if (thrown instanceof LandfallError) return thrown;
  const cause = unwrapped(thrown);
  const errors = serverErrors(cause);
  const decisive = decisiveError(errors);
  const text = decisive === undefined ? driverText(cause) : serverErrorText(decisive, errors);
  const { code, retry, remedy } = decisive === undefined ? verdictOnDriver(cause) : verdictOn(decisive);
  return new SourceError(code, `Failed ${where}: ${text}.`, { retry, remedy, cause });
}

/** The Sequelize error's own driver error, however deep. */
function unwrapped(thrown: unknown): unknown {
  const { original, parent } = (thrown ?? {}) as Wrapped;
  const inner = original ?? parent;
  return inner === undefined || inner === thrown ? thrown : unwrapped(inner);
}

export function stalled(where: string, timeoutMs: number): SourceError {
  return new SourceError('SOURCE_STALLED', `Failed ${where}: the server sent nothing for ${timeoutMs} ms.`, {
    remedy:
      'The table is read again. Should a query need longer for its first row, raise `stall_timeout` of the source.',
  });
}

export function closedError(where: string): ConfigError {
  return new ConfigError('SOURCE_CLOSED', `Failed ${where}: the source was closed.`);
}
