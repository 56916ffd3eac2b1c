import { SourceError } from '../../../shared/core/errors.ts';
import type { DataChange } from '../scenario/scenario.ts';
import type { Calls, Turn } from '../world/calls.ts';
import type { Chance } from '../world/chance.ts';
import type { CallFault } from '../world/faults.ts';
import type { LoggedBound, LoggedRead } from './read-log.ts';
import type { TableHistory } from './table-history.ts';
import type { BoundBy } from './update-key.ts';

/** How a table answers: what is not the same for every database. */
export interface TableTraits {
  readonly history: TableHistory;
  /** Columns that the catalog knows as primary key; empty for a table without one. */
  readonly catalogKey: readonly string[];
  readonly consistency: 'snapshot' | 'statement';
  readonly batchRows: number;
  /** How long the server takes for a batch. */
  readonly batchMs: number;
  /** Where bounds are from; undefined for a table that always lands whole. */
  readonly boundBy: BoundBy | undefined;
}

const EMPTYINGS = ['emptied', 'restarted'] as const;

/** How long others take to commit, from at once to longer than a run. */
export const COMMITS_AFTER_MS = [0, 0, 20, 3_000, 3_600_000] as const;

/** The server of all tables: who may log in, what may be read, and what happens to the rows meanwhile. */
export class SimDatabase {
  readonly tables: ReadonlyMap<string, TableTraits>;
  readonly reads: LoggedRead[] = [];
  readonly bounds: LoggedBound[] = [];
  readonly calls: Calls;
  readonly #chance: Chance;
  /** The password that the server takes, and the one that the secret holds. */
  password = 1;
  secret = 1;
  /** Tables that may not be read for now. */
  readonly revoked = new Set<string>();
  /** Tables whose columns are not what they were at first. */
  readonly reshaped = new Set<string>();
  readonly changed = new Set<string>();
  #keys = 0;

  constructor(tables: ReadonlyMap<string, TableTraits>, calls: Calls, chance: Chance) {
    this.tables = tables;
    this.calls = calls;
    this.#chance = chance;
  }

  /** What an operator mends when the storm is over. */
  mend(): void {
    this.revoked.clear();
    this.secret = this.password;
  }

  table(name: string): TableTraits {
    const found = this.tables.get(name);
    if (found === undefined) throw new Error(`The simulated database has no table ${name}.`);
    return found;
  }

  /** @throws SourceError when the login or the table is refused. */
  admit(password: number, table: string): void {
    if (password !== this.password) {
      throw new SourceError('LOGIN_REFUSED', 'The login was refused.', { retry: 'permanent' });
    }
    if (this.revoked.has(table)) {
      throw new SourceError('PERMISSION_DENIED', `Permission on ${table} was denied.`, { retry: 'permanent' });
    }
  }

  bend<T>(fault: CallFault, table: string, effect: () => T, stallMs: number): Turn<T> {
    const refused = (thrown: SourceError): Turn<T> => ({
      effect: () => {
        throw thrown;
      },
    });
    switch (fault) {
      case 'connection-cut':
        return refused(new SourceError('CONNECTION_LOST', 'The connection was closed.'));
      case 'deadlock':
        return refused(new SourceError('DEADLOCK', 'The query was chosen as a deadlock victim.'));
      case 'stall':
        return { ...refused(new SourceError('SOURCE_STALLED', 'No rows came for too long.')), lateMs: stallMs };
      default:
        return {
          effect: () => {
            this.#happen(fault, table);
            return effect();
          },
        };
    }
  }

  #happen(fault: CallFault, name: string): void {
    const { history } = this.table(name);
    switch (fault) {
      case 'secret-rotated':
        this.password += 1;
        if (this.#chance.chance(0.8)) this.secret = this.password;
        break;
      case 'permission-revoked':
        this.revoked.add(name);
        break;
      case 'rows-changed':
        this.#changeRows(name);
        break;
      case 'table-emptied':
        this.happen({ table: name, kind: this.#landsChanges(name) ? this.#chance.pick(EMPTYINGS) : 'emptied' });
        break;
      case 'schema-changed':
        this.#reshape(name, history);
        break;
      default:
        break;
    }
  }

  /** What somebody else does to a table. */
  happen(change: Omit<DataChange, 'atMs'>): void {
    const { history } = this.table(change.table);
    this.changed.add(change.table);
    switch (change.kind) {
      case 'rows':
        this.#beginChange(history, change);
        break;
      case 'emptied':
        history.change(
          () => false,
          () => false,
          [],
        );
        break;
      case 'restarted':
        history.restart();
        break;
    }
  }

  #changeRows(name: string): void {
    const isPlain = !this.#landsChanges(name);
    const commitAfterMs = isPlain ? 0 : this.#chance.pick(COMMITS_AFTER_MS);
    this.happen({ table: name, kind: 'rows', commitAfterMs, oneVersion: !isPlain && this.#chance.chance(0.3) });
  }

  #beginChange(history: TableHistory, { commitAfterMs = 0, oneVersion = false }: Omit<DataChange, 'atMs'>): void {
    const chance = this.#chance;
    const open = history.begin({
      added: Array.from({ length: chance.between(0, 5) }, () => this.newKey(history)),
      keep: () => !chance.chance(0.15),
      renew: () => chance.chance(0.2),
      oneVersion,
    });
    if (commitAfterMs === 0) history.commit(open);
    else {
      this.calls.loop.after(commitAfterMs, () => {
        history.commit(open);
        return false;
      });
    }
  }

  #landsChanges(name: string): boolean {
    return this.table(name).boundBy !== undefined;
  }

  #reshape(name: string, history: TableHistory): void {
    this.reshaped.add(name);
    const { columns, stampType } = history.state().shape;
    const choices = [
      { columns: columns.includes('extra') ? columns : [...columns, 'extra' as const], stampType },
      { columns: columns.filter((column) => column !== 'note'), stampType },
      { columns, stampType: stampType === 'text' ? ('bigint' as const) : ('text' as const) },
    ];
    history.reshape(this.#chance.pick(choices));
  }

  /** A key of mixed case and length, whose order depends on the collation. */
  newKey(history: { readonly collations: readonly string[] }): string[] {
    this.#keys += 1;
    return newKey(history.collations, this.#keys + 1_000, this.#chance);
  }
}

/** @param serial makes the key differ from every other, whatever the collation */
export function newKey(collations: readonly string[], serial: number, chance: Chance): string[] {
  const isLast = (index: number) => index === collations.length - 1;
  return collations.map((collation, index) => {
    if (!isLast(index))
      return collation === 'numeric' ? String(chance.between(-2, 12)) : chance.pick(['b', 'B', 'a', 'c']);
    if (collation === 'numeric') return String(chance.between(-50, 150));
    const letters = chance.pick(['a', 'B', 'c', 'Z', 'y']);
    return `${letters}${serial}${chance.pick(['x', 'Y', ''])}`;
  });
}
