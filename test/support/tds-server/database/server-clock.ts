import { shifted } from './stored-moments.ts';

const FRACTION_AT = 19;

/** The server's clock: the machine's own until a test sets it, and UTC until a test gives it a zone. */
export class ServerClock {
  /** How many minutes local time is before UTC: what GETDATE, SYSDATETIME and SYSDATETIMEOFFSET have. */
  offsetMinutes = 0;
  #stopped: string | undefined;

  /** Stops at a moment of UTC: 'YYYY-MM-DD HH:MM:SS[.fffffff]'. */
  set(utc: string): void {
    const [clock = '', fraction = ''] = utc.split('.');
    this.#stopped = `${clock}.${fraction.padEnd(7, '0')}`;
  }

  /** Moves on, or back, and stops there. */
  move(seconds: number): void {
    const now = this.utc();
    this.#stopped = shifted(now.slice(0, FRACTION_AT), seconds / 60) + now.slice(FRACTION_AT);
  }

  /** Goes by the machine's clock again. */
  run(): void {
    this.#stopped = undefined;
  }

  /** 'YYYY-MM-DD HH:MM:SS.fffffff' */
  utc(): string {
    return this.#stopped ?? `${new Date().toISOString().replace('T', ' ').replace('Z', '')}0000`;
  }

  /** The time stands still at `utc` while `work` is done. */
  at<Result>(utc: string, work: () => Result): Result {
    const before = this.#stopped;
    this.#stopped = utc;
    try {
      return work();
    } finally {
      this.#stopped = before;
    }
  }

  /** `utc` as local time, without and with its offset. */
  local(utc: string): string {
    return shifted(utc.slice(0, FRACTION_AT), this.offsetMinutes) + utc.slice(FRACTION_AT);
  }

  /** '+HH:MM' */
  get offset(): string {
    const minutes = Math.abs(this.offsetMinutes);
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${this.offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  }
}
