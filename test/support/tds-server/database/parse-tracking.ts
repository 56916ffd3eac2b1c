import type { RetentionUnit } from './change-tracking.ts';
import type { StatementBody } from './parse-batch.ts';
import { sqlError } from './sql-error.ts';
import type { FromItem } from './syntax-tree.ts';
import type { TokenCursor } from './token-cursor.ts';

type Traits<Kind> = { -readonly [Trait in keyof Kind]: Kind[Trait] };
type DatabaseTracking = Traits<Extract<StatementBody, { kind: 'databaseTracking' }>>;

/** What follows `ALTER DATABASE … SET CHANGE_TRACKING`. */
export function parseDatabaseTracking(cursor: TokenCursor): StatementBody {
  const statement: DatabaseTracking = { kind: 'databaseTracking' };
  if (cursor.accept('=')) statement.on = onOrOff(cursor);
  else if (!cursor.sees('(')) throw cursor.fail();
  if (statement.on !== false && cursor.sees('(')) cursor.list(() => databaseOption(cursor, statement));
  return statement;
}

function onOrOff(cursor: TokenCursor): boolean {
  const on = cursor.accept('ON');
  if (!on) cursor.expect('OFF');
  return on;
}

function databaseOption(cursor: TokenCursor, statement: DatabaseTracking): void {
  if (cursor.accept('AUTO_CLEANUP', '=')) {
    statement.autoCleanup = onOrOff(cursor);
    return;
  }
  cursor.expect('CHANGE_RETENTION', '=');
  if (cursor.token.kind !== 'number' || !/^\d+$/.test(cursor.token.text)) throw cursor.fail();
  const period = Number(cursor.advance().text);
  const unit = cursor.word().toUpperCase();
  if (!isRetentionUnit(unit)) throw sqlError.unknownPart(unit, 'CHANGE RETENTION UNIT');
  statement.retention = { period, unit };
}

const isRetentionUnit = (unit: string): unit is RetentionUnit => ['MINUTES', 'HOURS', 'DAYS'].includes(unit);

/** `ENABLE CHANGE_TRACKING` or `DISABLE CHANGE_TRACKING` behind the name of the table; undefined for anything else. */
export function parseTableTracking(cursor: TokenCursor, table: string[]): StatementBody | undefined {
  if (cursor.accept('DISABLE', 'CHANGE_TRACKING')) {
    return { kind: 'tableTracking', table, on: false, tracksColumns: false };
  }
  if (!cursor.accept('ENABLE', 'CHANGE_TRACKING')) return undefined;
  let tracksColumns = false;
  if (cursor.accept('WITH')) {
    cursor.expect('(', 'TRACK_COLUMNS_UPDATED', '=');
    tracksColumns = onOrOff(cursor);
    cursor.expect(')');
  }
  return { kind: 'tableTracking', table, on: true, tracksColumns };
}

/**
 * What follows `CHANGETABLE(`, its alias not included. The version may be a constant or a variable, nothing that is
 * calculated.
 */
export function parseChanges(cursor: TokenCursor): Extract<FromItem, { kind: 'changes' }> {
  cursor.expect('CHANGES');
  const table = cursor.objectName();
  cursor.expect(',');
  const after = parseVersion(cursor);
  if (cursor.accept(',')) cursor.expect('FORCESEEK');
  cursor.expect(')');
  return { kind: 'changes', table, after };
}

function parseVersion(cursor: TokenCursor): Extract<FromItem, { kind: 'changes' }>['after'] {
  const { token } = cursor;
  if (token.kind === 'variable') return { kind: 'variable', name: cursor.advance().text };
  if (cursor.accept('NULL')) return { kind: 'literal', type: undefined, text: null };
  const sign = cursor.accept('-') ? '-' : '';
  if (cursor.token.kind !== 'number' || !/^\d+$/.test(cursor.token.text)) throw cursor.fail();
  return { kind: 'literal', type: { kind: 'bigint' }, text: sign + cursor.advance().text };
}
