import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mail } from '../../local/aws/mailbox.ts';
import { eventually } from '../support/eventually.ts';
import { FaultFleet, FaultRun } from '../support/fault-fleet.ts';
import type { Letter } from '../support/handler-fleet.ts';
import {
  ORDERS,
  type OrdersDatabase,
  orderLines,
  PART_ROWS,
  PostgresOrders,
  SqlServerOrders,
} from '../support/orders-databases.ts';

/** What is done to a table between its first and its second part. */
interface Change {
  readonly sql?: (table: string) => string;
  /** What the failure says of it. */
  readonly says: RegExp;
  /** The lines of the table after it. */
  readonly lines: readonly string[];
}

const SCHEMA_CHANGES: Readonly<Record<string, Change>> = {
  added: {
    sql: (table) => `alter table ${table} add note varchar(20) null`,
    says: /column "note" was added/,
    lines: orderLines().map((line) => `${line},`),
  },
  dropped: {
    sql: (table) => `alter table ${table} drop column name`,
    says: /column "name" was dropped/,
    lines: orderLines().map((line) => line.split(',')[0]!),
  },
  retyped: { says: /column "name" was .* and is .*60/, lines: orderLines() },
};
const RETYPE = {
  postgres: (table: string) => `alter table ${table} alter column name type varchar(60)`,
  mssql: (table: string) => `alter table ${table} alter column name nvarchar(60) null`,
};
const TABLES = [...Object.keys(SCHEMA_CHANGES), 'emptied', 'gone', 'revoked', 'untouched'];
const START = { postgres: () => PostgresOrders.start(), mssql: () => SqlServerOrders.start() };

describe.each(['postgres', 'mssql'] as const)('a table of %s that is changed between its parts', (dialect) => {
  let database: OrdersDatabase;
  let fleet: FaultFleet;
  let earlier: FaultRun;
  let run: FaultRun;
  let mails: readonly Mail[];
  let letters: readonly Letter[];
  const named = (table: string) => database.named(table);

  beforeAll(async () => {
    database = await START[dialect]();
    for (const table of TABLES) await database.create(table);
    fleet = await FaultFleet.start((place) => {
      const settings = { format: 'csv', file_max_rows: PART_ROWS };
      const tables = Object.fromEntries(TABLES.map((table) => [named(table), settings]));
      place.writeConfig(tables, database.settings(place));
    });
    earlier = await fleet.run([named('emptied')]);
    run = await fleet.schedule();
    const held = TABLES.map((table) => fleet.holdBehindFirstPart(table));
    const work = fleet.work({ maximumConcurrency: TABLES.length });
    await eventually(() => held.every(({ isHeld }) => isHeld()));
    for (const [table, { sql = RETYPE[dialect] }] of Object.entries(SCHEMA_CHANGES)) {
      await database.query(sql(named(table)));
    }
    await database.query(`truncate table ${named('emptied')}`);
    await database.query(`drop table ${named('gone')}`);
    await database.deny('revoked');
    for (const { release } of held) release();
    await work;
    mails = await fleet.mails();
    letters = await fleet.letters();
  });
  afterAll(async () => {
    await fleet?.close();
    await database?.close();
  });

  const mailsOf = (table: string) =>
    mails.filter(({ subject }) => subject.includes(` ${named(table)} did not land`)).map(({ subject }) => subject);
  const runEnd = () => mails.find(({ subject }) => subject.includes(` run ${run.runId}:`))!;
  const lettersOf = (table: string) =>
    letters.filter(({ attributes }) => attributes.table === named(table)).map(({ attributes }) => attributes);

  it.each(Object.keys(SCHEMA_CHANGES))('by a column that is %s starts over, and says which column', async (table) => {
    const { says, lines } = SCHEMA_CHANGES[table]!;
    const failure = await run.failure(named(table));
    expect(failure).toMatchObject({ error_code: 'SCHEMA_CHANGED', error_message: expect.stringMatching(says) });
    expect(await run.manifest(named(table))).toBeUndefined();
    expect((await run.objects()).filter((key) => key.includes(`/${table}/`))).toEqual([
      expect.stringMatching(/part-000-00000\.csv$/),
    ]);
    const restarted = /run (\S+);/.exec(failure!.remedy)![1]!;
    await new FaultRun(fleet, restarted, run.scheduledTimeMs).expectLanded(named(table), lines);
    expect(runEnd().body).toContain(`\n  ${named(table)}\n`);
    expect(lettersOf(table)).toEqual([]);
  });

  it('by being emptied lands what was read, tells so, and leaves the landing before as it is', async () => {
    const manifest = await run.expectLanded(named('emptied'), orderLines(PART_ROWS));
    expect(manifest).toMatchObject({ rows: PART_ROWS, consistency: 'per-part' });
    expect(manifest.parts.map(({ rows, ends_chunk: ends }) => [rows, ends])).toEqual([
      [PART_ROWS, false],
      [0, true],
    ]);
    await earlier.expectLanded(named('emptied'), orderLines(ORDERS));
  });

  it.each([
    ['gone', 'TABLE_NOT_FOUND'],
    ['revoked', 'PERMISSION_DENIED'],
  ])('by being %s fails at once, with one mail and one letter', async (table, code) => {
    expect(await run.failure(named(table))).toMatchObject({ error_code: code, attempts: 1 });
    expect(await run.manifest(named(table))).toBeUndefined();
    expect((await run.objects()).filter((key) => key.includes(`/${table}/`) && key.includes('_SUCCESS'))).toEqual([]);
    expect(mailsOf(table)).toEqual([`Landfall: shop ${named(table)} did not land (${code})`]);
    expect(lettersOf(table)).toMatchObject([{ error_code: code, attempts: '1' }]);
  });

  it('does not keep the others from landing', async () => {
    await run.expectLanded(named('untouched'), orderLines());
    const codes = mails.flatMap(({ subject }) => / did not land \((.*)\)$/.exec(subject)?.[1] ?? []);
    expect(codes.toSorted()).toEqual(['PERMISSION_DENIED', 'SCHEMA_CHANGED', 'TABLE_NOT_FOUND']);
    expect([mails.length, runEnd().subject]).toEqual([
      codes.length + 1,
      `Landfall: shop run ${run.runId}: 5 of ${TABLES.length} tables failed`,
    ]);
    expect(await fleet.openUploads()).toBe(0);
  });
});

describe('a secret that is rotated between two parts', () => {
  it('is read anew once, and the table goes on', async () => {
    const database = await PostgresOrders.start();
    await database.create('orders');
    const fleet = await FaultFleet.start((place) => {
      const tables = { 'public.orders': { format: 'csv', file_max_rows: PART_ROWS } };
      place.writeConfig(tables, database.settings(place));
    });
    try {
      const run = await fleet.schedule();
      const held = fleet.holdBehindFirstPart('orders');
      const work = fleet.work();
      await eventually(held.isHeld);
      await database.query("alter role reader password 'another-password'");
      database.settings(fleet.place, {}, { password: 'another-password' });
      held.release();
      await work;
      await run.expectLanded('public.orders', orderLines());
      const anew = fleet.handlers.log
        .lines()
        .filter(({ message }) => message === 'Login refused; reading the secret anew');
      expect(anew).toHaveLength(1);
      expect([await fleet.mails(), await fleet.letters()]).toEqual([[], []]);
    } finally {
      await fleet.close();
      await database.close();
    }
  });
});
