import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandResult, type Login, landfall, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

const SECRET = 'NEWCOMER_DB';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  // Nobody is to find a region here.
  process.env.AWS_CONFIG_FILE = join(place.folder, 'none');
});
afterEach(() => {
  place.remove();
  delete process.env[SECRET];
  delete process.env.AWS_CONFIG_FILE;
});

/** A command as the README has it, but for the places of the configuration and of what lands. */
async function typed(command: string): Promise<CommandResult> {
  const words = command.split(' ').map((word) => (word === './landed' ? place.out : word));
  const result = await landfall(...words, '--config', place.config);
  for (const line of words.includes('--json') ? [] : result.out.split('\n')) {
    const isLong = line.length > 80 && !line.includes('export ') && !line.includes(place.folder);
    expect([command, isLong ? line : '']).toEqual([command, '']);
  }
  return result;
}

async function succeeding(command: string): Promise<string> {
  const { exitCode, out, err } = await typed(command);
  expect([command, exitCode, err]).toEqual([command, 0, expect.not.stringContaining('Error')]);
  return out;
}

/** What `init` says the secret must hold, filled in. */
function fillSecret(said: string, login: Login): void {
  const [, json] = new RegExp(`export ${SECRET}='(.*)'`).exec(said)!;
  const values: Readonly<Record<string, string | number>> = {
    username: login.user,
    password: login.password,
    host: login.host,
    port: login.port,
    dbname: login.database,
  };
  const keys = Object.keys(JSON.parse(json!) as object);
  process.env[SECRET] = JSON.stringify(Object.fromEntries(keys.map((key) => [key, values[key]])));
}

const configText = () => readFileSync(place.config, 'utf8');

describe('a newcomer with PostgreSQL', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
    await server.query(`
      create table customers (id int primary key, name text, joined_at timestamptz);
      insert into customers select n, 'name ' || n, now() from generate_series(1, 3000) n;
      create table orders (id bigint primary key, customer int, total numeric(10,2));
      insert into orders select n, n % 100, 3.5 from generate_series(1, 20000) n;
      create table notes (note text); insert into notes values ('one'), ('two');
      create view totals as select sum(total) from orders;
      analyze`);
  });
  afterAll(() => server?.close());

  it('comes from an empty folder to landed tables', async () => {
    const init = await succeeding(
      `init --dialect postgres --source shop --secret env:${SECRET} --ssl disable --bucket lake`,
    );
    expect(init).toContain('with the source shop');
    fillSecret(init, server);
    expect(await succeeding('check')).toContain('1 source, 0 tables');
    expect((await typed('local run --out ./landed')).exitCode).toBe(2);

    const listed = await succeeding('discover');
    for (const line of [
      / public\.customers +table +3,000 .*id\n/,
      / public\.orders +table +20\.0k /,
      / public\.totals +view\n/,
    ]) {
      expect(listed).toMatch(line);
    }
    const before = configText();
    expect(await succeeding('discover --write --all')).toContain('Added 3 tables to shop');
    expect(configText()).toBe(
      before.replace(
        '    tables: {}',
        '    tables:\n      public.customers: {}\n      public.notes: {}\n      public.orders: {}',
      ),
    );
    expect(await succeeding('discover --write --all')).toContain('Nothing to add');

    const check = await succeeding('check --connect --local ./landed');
    expect(check).toMatch(/✓ +public\.customers +3 +3,000 /);
    expect(check).toMatch(/! +public\.notes .*none, no key\n/);
    expect(check).toContain('Checked 3 tables: no errors, 1 warning.');

    expect(await succeeding('plan --local ./landed')).toMatch(
      /Messages +3 to landfall-local-shop\n[\s\S]* for a million rows[\s\S]*~ is assumed/,
    );
    writeFileSync(place.config, configText().replace('    tables:\n', '    memory: 1GiB\n    tables:\n'));
    for (const [memory, expected] of [
      ['', 1_024],
      [' --memory 2048', 2_048],
    ] as const) {
      const planned = JSON.parse(await succeeding(`plan --local ./landed --json${memory}`)) as PlanDocument;
      expect(planned.sources[0]).toMatchObject({ memory_mb: expected, tables: [{ seconds_from: 'assumed' }, {}, {}] });
    }
    expect(await succeeding('local run --out ./landed')).toContain('3 landed, 0 empty; 23,002 rows');
    const plan = JSON.parse(await succeeding('plan --local ./landed --json')) as PlanDocument;
    expect(plan).toMatchObject({ past_runs_known: true, sources: [{ source: 'shop', messages: 3 }] });
    expect(plan.sources[0]!.tables).toMatchObject([
      { table: 'public.customers', rows: 3_000, landed_from: 'past', seconds_from: 'past' },
      { table: 'public.notes', landed_from: 'past', seconds_from: 'source' },
      { table: 'public.orders', rows: 20_000, landed_from: 'past', seconds_from: 'past' },
    ]);
  });

  it('hears of everything that is wrong before anything runs', async () => {
    fillSecret(await succeeding(`init --dialect postgres --secret env:${SECRET} --ssl disable --bucket lake`), server);
    await succeeding('discover --write --table customers --table totals');
    await succeeding('local run --out ./landed');
    const edited = configText()
      .replace(
        '      public.customers: {}',
        '      public.customers: { schema_contract: freeze }\n      public.gone: {}',
      )
      .replace('      public.totals: {}', '      public.totals: { mode: incremental, update_key: sun }');
    writeFileSync(place.config, edited);
    await server.query('alter table customers add column city text');
    try {
      const { exitCode, out } = await typed('check --connect --local ./landed --json');
      const document = JSON.parse(out) as CheckDocument;
      expect([exitCode, document.ok, document.errors]).toEqual([1, false, 3]);
      const errors = document.sources[0]!.tables.map(({ table, findings }) => [
        table,
        findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      ]);
      expect(errors).toEqual([
        ['public.customers', ['SCHEMA_FROZEN']],
        ['public.gone', ['TABLE_NOT_FOUND']],
        ['public.totals', ['COLUMN_NOT_FOUND']],
      ]);
    } finally {
      await server.query('alter table customers drop column city');
    }
    const unseen = await typed('check --connect --table public.customers');
    expect([unseen.exitCode, unseen.out]).toEqual([0, expect.stringContaining('Schema contracts were not checked')]);
    process.env[SECRET] = process.env[SECRET]!.replace(server.password, 'another one');
    const refused = await typed('check --connect --local ./landed');
    expect(refused.exitCode).toBe(1);
    expect(refused.out.match(/LOGIN_REFUSED/g)).toHaveLength(1);
    expect((await typed('discover')).err).toContain('LOGIN_REFUSED');
    // What has landed is known all the same.
    const plan = await typed('plan --local ./landed --table public.customers');
    expect([plan.exitCode, plan.out]).toEqual([1, expect.stringMatching(/LOGIN_REFUSED[\s\S]* 3,000 /)]);
  });

  it('is told what is missing, and nothing of his is overwritten', async () => {
    expect((await typed('init --dialect postgres')).err).toContain('--secret, --bucket must be given');
    fillSecret(await succeeding(`init --dialect postgres --secret env:${SECRET} --ssl disable --bucket lake`), server);
    const before = configText();
    const again = await typed('init --dialect mssql --secret env:OTHER --bucket lake');
    expect([again.exitCode, again.err]).toEqual([2, expect.stringContaining('CONFIG_EXISTS')]);
    expect((await typed('discover --write')).err).toContain('--all');
    expect((await typed('discover --table nothing*')).err).toContain('NO_TABLE_MATCHES');
    expect(configText()).toBe(before);
  });
});

describe('a newcomer with SQL Server', () => {
  let server: TestSqlServer;
  beforeAll(async () => {
    server = await startTestSqlServer();
    const [id, name] = [
      { name: 'Id', type: { kind: 'int' } },
      { name: 'Name', type: { kind: 'nvarchar', length: 60 } },
    ] as const;
    const rows = Array.from({ length: 500 }, (_, n) => [`${n + 1}`, `name ${n + 1}`]);
    server.createTable({ name: 'Customers', columns: [id, name], primaryKey: ['Id'], rows });
    const at = { name: 'At', type: { kind: 'datetime2', scale: 7 } } as const;
    server.createTable({ name: 'Order.Details', columns: [id, at], primaryKey: ['Id'], rows: [['1', null]] });
  });
  afterAll(() => server?.close());

  it('comes from an empty folder to landed tables', async () => {
    place.mssql(server);
    const ca = join(dirname(place.config), 'ca.pem');
    const init = await succeeding(
      `init --dialect mssql --source erp --secret env:${SECRET} --database ${server.database} --ca ${ca} --bucket lake`,
    );
    fillSecret(init, server);
    expect(await succeeding('discover')).toMatch(/ dbo\.Customers +table +500 /);
    await succeeding('discover --write --all');
    expect(configText()).toContain(`    tables:\n      dbo.Customers: {}\n      '"dbo"."Order.Details"': {}\n`);
    const check = await succeeding('check --connect --local ./landed');
    expect(check).toMatch(/✓ +dbo\.Customers +2 +500 /);
    expect(check).toMatch(/lands without the 7th digit of a second:\n +"dbo"\."Order\.Details"\.At\n/);
    expect(await succeeding('plan --local ./landed')).toMatch(/Messages +2 to landfall-local-erp\n/);
    expect(await succeeding('local run --out ./landed')).toContain('2 landed, 0 empty; 501 rows');
    expect(await succeeding('check --connect --local ./landed --table dbo.Customers')).toMatch(
      / Name +nvarchar\(60\) +utf8 +lossless\n/,
    );
  });
});

interface PlanDocument {
  readonly sources: readonly { readonly tables: readonly object[] }[];
}

interface CheckDocument {
  readonly ok: boolean;
  readonly errors: number;
  readonly sources: readonly {
    readonly tables: readonly {
      readonly table: string;
      readonly findings: readonly { readonly severity: string; readonly code: string }[];
    }[];
  }[];
}
