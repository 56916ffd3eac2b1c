import { DatabaseProxy } from '../support/database-proxy.ts';
import { type CommandResult, landfall, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** What the database is gone for in the night. Names of one length, as emails wrap at words. */
export const AWAY = ['sales.baskets', 'sales.coupons', 'sales.parcels', 'sales.refunds', 'sales.tickets'];
/** Gone once only, so that its second try lands it. */
const SHAKEN = 'sales.orders';
/** Its column `email` is renamed before the night. */
export const RENAMED = 'sales.customers';
const EMPTY = 'sales.waitlist';

const QUIET =
  'addresses brands carriers categories channels complaints countries currencies deliveries employees gifts labels ' +
  'locations offers pallets prices products ratings returns shifts stores taxes';
export const TABLES = [...AWAY, SHAKEN, RENAMED, EMPTY, ...QUIET.split(' ').map((name) => `sales.${name}`)].toSorted();

/** A shop of thirty tables, a good day behind it, and a night in which its database goes away. */
export class Night {
  readonly place: Workplace;
  readonly #server: TestPostgres;
  readonly #proxy: DatabaseProxy;
  readonly #runs: string[] = [];
  #isNight = false;
  #shakes = 0;

  private constructor(place: Workplace, server: TestPostgres, proxy: DatabaseProxy) {
    this.place = place;
    this.#server = server;
    this.#proxy = proxy;
  }

  static async begin(): Promise<Night> {
    const server = await startTestPostgres();
    await server.query(SHOP);
    let night: Night | undefined;
    const proxy = await DatabaseProxy.start(server, (table) => night?.isAway(table) ?? false);
    const place = new Workplace();
    place.writeSecret({ ...server, host: '127.0.0.1', port: proxy.port });
    night = new Night(place, server, proxy);
    night.writeConfig('email');
    return night;
  }

  isAway(table: string): boolean {
    if (!this.#isNight) return false;
    if (table === SHAKEN) return this.#shakes++ === 0;
    return AWAY.includes(table);
  }

  async fall(): Promise<void> {
    await this.#server.query('alter table sales.customers rename column email to mail');
    this.#isNight = true;
  }

  /** The database is back, and the configuration names the column by its new name. */
  mend(): void {
    this.#proxy.comeBack();
    this.writeConfig('mail');
  }

  writeConfig(emailColumn: string): void {
    const settings = (name: string) => (name === RENAMED ? { select: ['id', 'name', emailColumn] } : {});
    this.place.writeConfig(Object.fromEntries(TABLES.map((name) => [name, settings(name)])));
  }

  /** A command on the folder, as an operator types it. */
  command(...words: readonly string[]): Promise<CommandResult> {
    const [name, ...others] = words;
    return landfall(name!, '--config', this.place.config, '--local', this.place.out, ...others);
  }

  knowRun(runId: string): void {
    this.#runs.push(runId);
  }

  /** A text as it is every night: without what differs from night to night. */
  steady(text: string): string {
    const places: readonly (readonly [found: string | RegExp, shown: string])[] = [
      ...this.#runs.map((runId, index) => [runId, `2026112${index + 1}T030000.000Z`] as const),
      [this.place.folder, '/shop'],
      [/127\.0\.0\.1:\d+/g, '127.0.0.1:5432'],
      [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z| UTC)?/g, '2026-11-22 03:00:00 UTC'],
      [/\d{4}-\d\d-\d\dT\d{6}(\.\d+)?Z/g, '2026-11-22T030000Z'],
      [/\b\d+(\.\d+)? ?(ms|s|min|m)\b/g, '1 s'],
      [/(?<=B +)\d+\.\d|(?<=failed +0 +0\.0 kB +)\d+\.\d/g, '1.0'],
      [/(?<=Seconds: +)\d+\.\d/g, '1.0'],
      [/\d\d:\d\d:\d\d/g, '03:00:00'],
      [/\d{1,2} [A-Z][a-z]{2} 20\d\d/g, '22 Nov 2026'],
      [/\$\d+\.\d+/g, '$0.0000'],
      [/ {3,}/g, '  '],
    ];
    return places.reduce((shown, [found, replacement]) => shown.replaceAll(found, replacement), text);
  }

  async end(): Promise<void> {
    await this.#proxy.close();
    await this.#server.close();
    this.place.remove();
  }
}

const SHOP = [
  'create schema sales;',
  ...TABLES.map((name, index) => {
    const rows = name === EMPTY ? 0 : (index + 1) * 40;
    return (
      `create table ${name} (id bigint primary key, name text not null, email text, total numeric(12, 2)); ` +
      `insert into ${name} select n, 'name ' || n, n || '@example.com', n * 1.25 from generate_series(1, ${rows}) n;`
    );
  }),
  'analyze;',
].join('\n');
