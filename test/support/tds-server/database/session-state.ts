import type { LateTransaction } from './late-transaction.ts';

/** What SET statements and transactions have made of a session. */
export class SessionState {
  readonly spid: number;
  readonly user: string;
  readonly appName: string;
  readonly hostName: string;
  /** Values of SET statements by their names in capitals, such as `LOCK_TIMEOUT`. */
  readonly options = new Map<string, string>();
  /** Begun by SQL. */
  transactions = 0;
  /** Whether the driver has begun one by itself. */
  inDriverTransaction = false;
  /** What a transaction begun by SQL has written so far. */
  pending: LateTransaction | undefined;
  lastRowCount = 0;
  lastError = 0;

  constructor(spid: number, user: string, appName: string, hostName: string) {
    this.spid = spid;
    this.user = user;
    this.appName = appName;
    this.hostName = hostName;
  }

  get isolation(): string {
    return this.options.get('TRANSACTION ISOLATION LEVEL') ?? 'READ COMMITTED';
  }

  /** Counts are left out of DONE. */
  get noCount(): boolean {
    return this.options.get('NOCOUNT') === 'ON';
  }

  /** -1 waits for ever. */
  get lockTimeoutMs(): number {
    return Number(this.options.get('LOCK_TIMEOUT') ?? -1);
  }

  /** SET ROWCOUNT; 0 is no limit. */
  get rowLimit(): number {
    return Number(this.options.get('ROWCOUNT') ?? 0);
  }

  get transactionCount(): number {
    return this.transactions + Number(this.inDriverTransaction);
  }

  /**
   * Of a transaction begun by SQL, the changes of rows are committed or undone; definitions and TRUNCATE are not, and a
   * ROLLBACK to a savepoint is one of all. What the driver begins by itself is counted alone: each statement in it
   * commits at once.
   */
  transact(action: 'begin' | 'commit' | 'rollback' | 'save'): void {
    if (action === 'begin') this.transactions++;
    if (action === 'commit') this.transactions = Math.max(0, this.transactions - 1);
    if (action === 'rollback') this.transactions = 0;
    if (action === 'save' || this.transactions > 0) return;
    const { pending } = this;
    this.pending = undefined;
    if (action === 'commit') pending?.commit();
    else pending?.rollback();
  }

  /** Reads with what the session's own transaction has written. */
  look<Result>(read: () => Result): Result {
    return this.pending === undefined ? read() : this.pending.look(read);
  }

  restore(options: ReadonlyMap<string, string>): void {
    this.options.clear();
    for (const [name, value] of options) this.options.set(name, value);
  }

  /** What a reset of the connection does; the isolation level stays, as in SQL Server. */
  reset(): void {
    const { isolation } = this;
    this.options.clear();
    this.options.set('TRANSACTION ISOLATION LEVEL', isolation);
    this.transact('rollback');
  }
}
