import { LandfallError, SourceError } from '../../core/errors.ts';
import { driverErrorOf } from '../failures.ts';
import { driverText, verdictOnDriver } from './driver-failures.ts';
import { decisiveError, serverErrors, serverErrorText, verdictOn } from './server-errors.ts';

/**
 * Any failure of Sequelize, the driver or the server as a typed error. `where` says what was being done, such as
 * `reading dbo.orders`. Typed errors pass unchanged. Number, state, class and text of the server's errors stand in
 * the message, and `serverErrors` reads them from the cause; they bear no credentials.
 */
export function asSourceError(thrown: unknown, where: string): LandfallError {
  if (thrown instanceof LandfallError) return thrown;
  const cause = driverErrorOf(thrown);
  const errors = serverErrors(cause);
  const decisive = decisiveError(errors);
  const text = decisive === undefined ? driverText(cause) : serverErrorText(decisive, errors);
  const { code, retry, remedy } = decisive === undefined ? verdictOnDriver(cause) : verdictOn(decisive);
  return new SourceError(code, `Failed ${where}: ${text}.`, { retry, remedy, cause });
}
