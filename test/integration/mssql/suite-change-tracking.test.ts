import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import type { KeyRange } from '../../../shared/core/key.ts';
import { landedColumns } from '../../../shared/flow/landed-columns.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';
import { trackingBound } from './bounds.ts';
import { land, landingError } from './reading.ts';
import { sourceOn, wholeTable } from './suite-tables.ts';

type Row = (string | undefined)[];

/** A database that is somebody's own is not altered for a test. */
const IS_READY = `SELECT CONVERT(varchar(5), COUNT(*)) FROM sys.change_tracking_databases AS c
  JOIN sys.databases AS d ON d.database_id = c.database_id
 WHERE d.database_id = DB_ID() AND d.snapshot_isolation_state = 1`;

let server: SubjectServer;
let source: Source;

/** What a window of change tracking has, each row as texts. */
async function windowed(query: TableQuery, after: string | null, upTo: string, range: KeyRange = {}): Promise<Row[]> {
  const { batches } = await land(source, { ...query, range, window: { by: 'change-tracking', after, upTo } });
  return rowsOf(batches);
}

function rowsOf(batches: RecordBatch[]): Row[] {
  const columns = (batches[0]?.schema.fields ?? []).map((_, place) => landedTexts(batches, place));
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]));
}

/** Rows without their versions, which other tables of the database move on too. */
const withoutVersions = (rows: readonly Row[]): Row[] => rows.map(([op, , ...rest]) => [op, ...rest]);

describe.each(SUBJECTS)('change tracking on $title', ({ isReal, start }) => {
  let isReady = true;
  /** Runs the test where the database can have change tracking. */
  const tracked = (title: string, test: () => Promise<void>): void =>
    it(title, async () => {
      if (isReady) await test();
    });

  beforeAll(async () => {
    server = await start();
    source = sourceOn(server, { batchRows: 3 });
    if (!isReal) await server.run('ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)');
    isReady = (await server.ask(IS_READY))[0]![0] === '1';
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  async function createTable(table: string, columns: string): Promise<string> {
    const name = server.named(table);
    await server.run(`CREATE TABLE ${name} (${columns})`, `ALTER TABLE ${name} ENABLE CHANGE_TRACKING`);
    return name;
  }

  it('of a table that has none is off, and says how it is enabled', async () => {
    await server.run(`CREATE TABLE ${server.named('plain')} (n int NOT NULL PRIMARY KEY)`);
    await expect(trackingBound(source, wholeTable(server, 'plain'))).rejects.toMatchObject({
      name: 'SourceError',
      code: isReady ? 'CHANGE_TRACKING_OFF' : expect.stringMatching(/^CHANGE_TRACKING_(OFF|NEEDS_SNAPSHOT)$/),
      retry: 'permanent',
    });
  });

  tracked('lands all of a table, then what was inserted, updated and deleted', async () => {
    const name = await createTable(
      'orders',
      'n int NOT NULL PRIMARY KEY, name nvarchar(20) NULL, at datetime2(7) NULL',
    );
    await server.run(
      `INSERT INTO ${name} VALUES (1, N'one', N'2026-01-02T03:04:05.1234567'), (2, N'two', NULL), (3, N'three', NULL)`,
    );
    const query = wholeTable(server, 'orders');
    const first = await trackingBound(source, query);
    expect(first).toEqual({
      type: 'bigint',
      upTo: expect.stringMatching(/^\d+$/),
      after: null,
      newest: null,
      horizon: null,
      epoch: expect.stringMatching(/^\d+\/\d+\/(\d+|-)$/),
      hasNulls: false,
      lag: null,
      lost: undefined,
    });
    const all = await windowed(query, null, first.upTo!);
    expect(all).toEqual([
      ['I', first.upTo, '1', 'one', '2026-01-02 03:04:05.123456'],
      ['I', first.upTo, '2', 'two', undefined],
      ['I', first.upTo, '3', 'three', undefined],
    ]);
    expect(await windowed(query, first.upTo, first.upTo!)).toEqual([]);
    await server.run(
      `UPDATE ${name} SET name = N'zwei' WHERE n = 2`,
      `DELETE FROM ${name} WHERE n = 3`,
      `INSERT INTO ${name} (n, name) VALUES (4, N'four')`,
      `INSERT INTO ${name} (n) VALUES (5)`,
      `DELETE FROM ${name} WHERE n = 5`,
    );
    const second = await trackingBound(source, query, { watermark: first.upTo, epoch: first.epoch });
    expect(second).toMatchObject({ after: first.upTo, epoch: first.epoch, lost: undefined });
    expect(BigInt(second.upTo!)).toBeGreaterThan(BigInt(first.upTo!));
    const changed = await windowed(query, first.upTo, second.upTo!);
    expect(withoutVersions(changed).filter(([, n]) => n !== '5')).toEqual([
      ['U', '2', 'zwei', undefined],
      ['D', '3', undefined, undefined],
      ['I', '4', 'four', undefined],
    ]);
    const versions = changed.map(([, version]) => BigInt(version!));
    expect(versions.every((version) => version > BigInt(first.upTo!) && version <= BigInt(second.upTo!))).toBe(true);
  });

  tracked('gives columns of the same types for all of a table and for its changes', async () => {
    const columns = `id decimal(9,2) NOT NULL, part nvarchar(20) NOT NULL, at datetime2(3) NOT NULL, v rowversion NOT NULL,
      a nvarchar(max) NULL, b money NULL, c varbinary(8) NULL, d char(3) NULL, e bit NULL, f date NULL, g float NULL,
      h uniqueidentifier NULL, i datetimeoffset(7) NULL, j xml NULL, PRIMARY KEY (part, at, id)`;
    const name = await createTable('types', columns);
    const query = wholeTable(server, 'types');
    const plain = await land(source, query);
    const { upTo } = await trackingBound(source, query);
    await server.run(`INSERT INTO ${name} (id, part, at) VALUES (1.25, N'x', N'2026-01-02T03:04:05.123')`);
    const full = await land(source, { ...query, window: { by: 'change-tracking', after: null, upTo: upTo! } });
    const changes = await land(source, { ...query, window: { by: 'change-tracking', after: upTo, upTo: upTo! } });
    const facts = ({ schema }: typeof plain) =>
      landedColumns(schema).map(({ name: column, source_type, landed_type }) => [column, source_type, landed_type]);
    const own = [
      ['_op', 'nchar(1)', 'Utf8'],
      ['_version', 'bigint', 'Int64'],
    ];
    expect(facts(full)).toEqual([...own, ...facts(plain)]);
    expect(facts(changes)).toEqual(facts(full));
    expect(rowsOf(changes.batches)[0]!.slice(2, 5)).toEqual(rowsOf(full.batches)[0]!.slice(2, 5));
    expect(changes.primaryKey).toEqual(['part', 'at', 'id']);
  });

  tracked('is cut into chunks and gone on with by the key', async () => {
    const name = await createTable(
      'keyed',
      'n int NOT NULL, at datetime2(7) NOT NULL, v int NULL, PRIMARY KEY (at, n)',
    );
    const query = wholeTable(server, 'keyed', { select: ['v', 'n', 'at'] });
    const { upTo } = await trackingBound(source, query);
    const values = Array.from(
      { length: 12 },
      (_, n) => `(${n}, N'2026-01-02T03:04:05.000000${Math.floor(n / 4)}', ${n})`,
    );
    await server.run(`INSERT INTO ${name} VALUES ${values.join(', ')}`, `DELETE FROM ${name} WHERE n = 7`);
    for (const after of [null, upTo]) {
      const window = { by: 'change-tracking', after, upTo: upTo! } as const;
      const stream = await source.open({ ...query, window }, new AbortController().signal);
      const keys: (readonly string[])[] = [];
      const numbers: Row = [];
      for await (const batch of stream.batches) {
        for (let row = 0; row < batch.numRows; row++) keys.push(stream.keyAt(batch, row));
        numbers.push(...landedTexts([batch], 3));
      }
      expect(stream.schema.names).toEqual(['_op', '_version', 'v', 'n', 'at']);
      expect([stream.key, stream.consistency]).toEqual([['at', 'n'], 'snapshot']);
      const gone = after === null ? numbers : numbers.filter((number) => number !== '7');
      expect(gone).toEqual(['0', '1', '2', '3', '4', '5', '6', '8', '9', '10', '11']);
      const middle = keys[5]!;
      const head = await windowed(query, after, upTo!, { to: middle });
      const tail = await windowed(query, after, upTo!, { from: { values: middle, inclusive: false } });
      expect([...head, ...tail].map(([, , , n]) => n)).toEqual(numbers.filter((_, place) => place !== 5));
      const survey = await source.survey({ ...query, window }, { count: 3 }, new AbortController().signal);
      expect([survey.rows, survey.key, survey.schema.names]).toEqual([numbers.length, stream.key, stream.schema.names]);
      expect(survey.bounds).toHaveLength(2);
      expect(survey.bounds.every((bound) => keys.some((key) => key.join() === bound.join()))).toBe(true);
    }
  });

  tracked('that began anew, by TRUNCATE TABLE or by itself, is told from what went before', async () => {
    const name = await createTable('anew', 'n int NOT NULL PRIMARY KEY');
    await server.run(`INSERT INTO ${name} VALUES (1)`);
    const query = wholeTable(server, 'anew');
    const { upTo: watermark, epoch } = await trackingBound(source, query);
    await server.run(`INSERT INTO ${name} VALUES (2)`, `TRUNCATE TABLE ${name}`, `INSERT INTO ${name} VALUES (3)`);
    const truncated = await trackingBound(source, query, { watermark, epoch });
    expect(truncated).toMatchObject({ after: null, lost: 'tracking-restarted' });
    const error = await landingError(source, {
      ...query,
      window: { by: 'change-tracking', after: watermark, upTo: truncated.upTo! },
    });
    expect(error).toMatchObject({ name: 'ConsistencyError', code: 'TRACKING_LOST', retry: 'start-over' });
    await server.run(`ALTER TABLE ${name} DISABLE CHANGE_TRACKING`);
    const window = { by: 'change-tracking', after: truncated.upTo, upTo: truncated.upTo! } as const;
    expect(await landingError(source, { ...query, window })).toMatchObject({ code: 'TRACKING_LOST' });
    await expect(trackingBound(source, query)).rejects.toMatchObject({
      code: 'CHANGE_TRACKING_OFF',
      remedy: expect.stringContaining(`run: ALTER TABLE ${name} ENABLE CHANGE_TRACKING;`),
    });
    await server.run(`ALTER TABLE ${name} ENABLE CHANGE_TRACKING`);
    const enabled = await trackingBound(source, query, { watermark: truncated.upTo, epoch: truncated.epoch });
    expect(enabled).toMatchObject({ after: null, lost: 'tracking-restarted' });
    const ahead = await trackingBound(source, query, { watermark: '9223372036854775807', epoch: enabled.epoch });
    expect(ahead).toMatchObject({ after: null, lost: 'version-went-back' });
  });

  tracked('that was truncated before anything had changed is told by its rows', async () => {
    const name = server.named('early');
    const fill = `INSERT INTO ${name} VALUES (1), (2), (3)`;
    await server.run(`CREATE TABLE ${name} (n int NOT NULL PRIMARY KEY)`, fill);
    await server.run(`ALTER TABLE ${name} ENABLE CHANGE_TRACKING`);
    const query = wholeTable(server, 'early');
    const first = await trackingBound(source, query);
    const request = { watermark: first.upTo, epoch: first.epoch };
    expect(await trackingBound(source, query, request)).toMatchObject({ lost: undefined });
    await server.run(`INSERT INTO ${name} VALUES (4)`, `DELETE FROM ${name} WHERE n < 3`);
    const changed = await trackingBound(source, query, request);
    expect(changed).toMatchObject({ after: first.upTo, lost: undefined });
    expect(changed.epoch?.split('/')).toHaveLength(3);

    const again = server.named('early_again');
    await server.run(`CREATE TABLE ${again} (n int NOT NULL PRIMARY KEY)`, fill.replace(name, again));
    await server.run(`ALTER TABLE ${again} ENABLE CHANGE_TRACKING`);
    const other = wholeTable(server, 'early_again');
    const { upTo: watermark, epoch } = await trackingBound(source, other);
    await server.run(`TRUNCATE TABLE ${again}`);
    expect(await trackingBound(source, other, { watermark, epoch })).toMatchObject({ lost: 'tracking-restarted' });
    await server.run(fill.replace(name, again));
    expect(await trackingBound(source, other, { watermark, epoch })).toMatchObject({ lost: 'tracking-restarted' });
  });

  tracked('needs the key, free names and one snapshot', async () => {
    await createTable('partial', 'n int NOT NULL, m int NOT NULL, v int NULL, [_OP] int NULL, PRIMARY KEY (n, m)');
    const { upTo } = await trackingBound(source, wholeTable(server, 'partial'));
    const window = { by: 'change-tracking', after: null, upTo: upTo! } as const;
    const select = (...names: string[]): TableQuery => wholeTable(server, 'partial', { select: names, window });
    expect(await landingError(source, select('n', 'v'))).toMatchObject({
      code: 'KEY_UNUSABLE',
      message: expect.stringContaining('leaves out "m"'),
    });
    expect(await landingError(source, wholeTable(server, 'partial', { window }))).toMatchObject({
      code: 'COLUMN_NAME_TAKEN',
      message: expect.stringContaining('"_OP"'),
    });
    expect((await land(source, select('-_OP'))).schema.names).toEqual(['_op', '_version', 'n', 'm', 'v']);
    const committed = sourceOn(server, {}, { isolation: 'read-committed' });
    const refused = { code: 'CHANGE_TRACKING_NEEDS_SNAPSHOT', retry: 'permanent' };
    expect(await landingError(committed, select('-_OP'))).toMatchObject(refused);
    await expect(trackingBound(committed, select('-_OP'))).rejects.toMatchObject(refused);
    await committed.close();
  });

  it('of a table that is not there is an error of the table', async () => {
    await expect(trackingBound(source, wholeTable(server, 'missing'))).rejects.toMatchObject({
      code: isReady ? 'TABLE_NOT_FOUND' : expect.any(String),
      retry: 'permanent',
    });
  });
});
