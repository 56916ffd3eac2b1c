import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsistencyError } from '../../../shared/core/errors.ts';
import { SOURCE_TYPE_KEY } from '../../../shared/source/columns/record-batches.ts';
import type { MssqlConnectionOptions, MssqlSourceOptions } from '../../../shared/source/mssql/options.ts';
import type { Source } from '../../../shared/source/source.ts';
import { eventually } from '../../support/eventually.ts';
import { colMetadata, done, envChangeBytes, info, nbcRow, row } from '../../support/tds/tokens.ts';
import type { WireColumn } from '../../support/tds/wire-types.ts';
import type { TdsServer } from '../../support/tds-server/tds-server.ts';
import { land, landingError } from './reading.ts';
import { openSessions, sourceOf, sqlQuery, startWireServer, statements, tableQuery } from './wire-server.ts';

const ROWS = 30_000;
const BIG: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int', nullable: false } },
  { name: 'body', type: { kind: 'varchar', length: 200 } },
];
const ODD: readonly WireColumn[] = ['a', '', 'a', 'A'].map((name) => ({ name, type: { kind: 'tinyint' } }));
const MOMENT: readonly WireColumn[] = [{ name: 'at', type: { kind: 'datetime2', scale: 7 } }];

function* bigRows(): Generator<string[]> {
  for (let id = 0; id < ROWS; id++) yield [`${id}`, id.toString(16).repeat(20)];
}

let server: TdsServer;
let source: Source;

beforeAll(async () => {
  server = await startWireServer({
    tables: {
      '[dbo].[big]': { columns: BIG, rows: bigRows, key: ['id'] },
      '[dbo].[empty]': { columns: BIG, rows: () => [], key: ['id'] },
      '[my dbo].[a]]b]': { columns: BIG, rows: () => [['1', 'x']] },
    },
    queries: {
      odd: () => [colMetadata(ODD), nbcRow(ODD, ['1', null, '3', null]), done({ rowCount: 1 })],
      moments: () => [
        colMetadata(MOMENT),
        row(MOMENT, ['2026-11-22 13:46:50.1234567']),
        row(MOMENT, ['2026-11-22 13:46:50.1234560']),
        done({ rowCount: 2 }),
      ],
      talkative: () => [
        info({ number: 5701, message: 'Changed database context.' }),
        done({ more: true }),
        colMetadata(ODD),
        done({ rowCount: 0 }),
      ],
      'leaves a transaction': () => [
        envChangeBytes('begin', Buffer.alloc(8, 1)),
        colMetadata(ODD),
        done({ rowCount: 0 }),
      ],
    },
  });
});

afterEach(async () => {
  await source.close();
  await eventually(() => openSessions(server) === 0);
  expect(server.problems).toEqual([]);
});

afterAll(async () => await server?.close());

function open(
  options: Omit<MssqlSourceOptions, 'connection'> = {},
  connection: Partial<MssqlConnectionOptions> = {},
): Source {
  source = sourceOf(server, connection, options);
  return source;
}

/** The newest connection's, in the order in which they came. */
const lastStatements = (): string[] => server.sessions.at(-1)!.requests.map(({ sql }) => sql);

describe('a table', () => {
  it('comes whole, with its key and its types', async () => {
    const landed = await land(open(), tableQuery('dbo.big'));
    expect([landed.rows, landed.serverRows, landed.primaryKey]).toEqual([ROWS, ROWS, ['id']]);
    expect(landed.schema.fields.map((field) => [field.name, field.metadata.get(SOURCE_TYPE_KEY)])).toEqual([
      ['id', 'int'],
      ['body', 'varchar(200)'],
    ]);
    expect(landed.batches.map((batch) => batch.numRows)).toEqual([8192, 8192, 8192, 5424]);
    let id = 0;
    for (const batch of landed.batches) {
      for (const row of batch) {
        if (row.id !== id || row.body !== id.toString(16).repeat(20)) throw new Error(`row ${id} is ${row.toString()}`);
        id += 1;
      }
    }
    expect(landed.lossyValues.size).toBe(0);
  });

  it('comes in batches as small as asked for, over the smallest packets', async () => {
    const landed = await land(open({ batchRows: 1_000, packetBytes: 512 }), tableQuery('dbo.big'));
    expect(landed.batches.map((batch) => batch.numRows)).toEqual(Array.from({ length: 30 }, () => 1_000));
    expect(server.sessions.at(-1)!.packetBytes).toBe(512);
  });

  it('without rows has its schema and no batch', async () => {
    const landed = await land(open(), tableQuery('dbo.empty'));
    expect([landed.rows, landed.serverRows, landed.batches.length]).toEqual([0, 0, 0]);
    expect(landed.schema.names).toEqual(['id', 'body']);
  });

  it('of selected columns has its key only when all of it is selected', async () => {
    const all = await land(open(), tableQuery('dbo.big', { select: ['body', 'id'] }));
    expect([all.schema.names, all.primaryKey]).toEqual([['body', 'id'], ['id']]);
    expect(lastStatements().at(-1)).toBe('SELECT [body], [id] FROM [dbo].[big] ORDER BY [id]');
    const some = await land(source, tableQuery('dbo.big', { select: ['-id'] }));
    expect([some.schema.names, some.primaryKey, some.rows]).toEqual([['body'], [], ROWS]);
  });

  it('with a column that does not exist is refused before it is read', async () => {
    const error = await landingError(open(), tableQuery('dbo.big', { select: ['idd'] }));
    expect(error).toMatchObject({
      code: 'COLUMN_NOT_FOUND',
      retry: 'permanent',
      remedy: 'Columns that exist: id, body.',
    });
    expect(lastStatements().some((sql) => sql.startsWith('SELECT [idd]'))).toBe(false);
  });

  it('with a name that needs quoting and a condition is asked for as such', async () => {
    const query = { ...tableQuery('x.y', { where: 'id > 0' }), schema: 'my dbo', table: 'a]b' };
    expect((await landingError(open(), query)) as Error).toMatchObject({ code: 'TABLE_NOT_FOUND' });
    expect(lastStatements().at(-1)).toBe('SELECT * FROM [my dbo].[a]]b] WHERE (\nid > 0\n)');
  });
});

describe('a custom query', () => {
  it('gets distinct names, and its nulls stay nulls', async () => {
    const landed = await land(open(), sqlQuery('odd'));
    expect(landed.schema.names).toEqual(['a', 'column_2', 'a_2', 'A']);
    expect(landed.batches[0]!.get(0)!.toArray()).toEqual([1, null, 3, null]);
    expect(landed.primaryKey).toEqual([]);
  });

  it('tells how many values lost digits, unless they are kept', async () => {
    expect([...(await land(open(), sqlQuery('moments'))).lossyValues]).toEqual([['at', 1]]);
    expect((await land(source, { ...sqlQuery('moments'), temporal: 'nanos' })).lossyValues.size).toBe(0);
  });

  it('may talk before it answers', async () => {
    expect((await land(open(), sqlQuery('talkative'))).rows).toBe(0);
  });
});

describe('a connection', () => {
  it('says who reads and what for', async () => {
    const name = 'landfall/0.1.0/shop/dbo.empty';
    await land(open({ applicationName: name }, { readOnlyIntent: true }), tableQuery('dbo.empty'));
    expect(server.sessions.at(-1)).toMatchObject({ appName: name, readOnlyIntent: true, packetBytes: 16_384 });
  });

  it('serves one table after the other', async () => {
    const before = server.sessions.length;
    open();
    for (let i = 0; i < 3; i++) await land(source, tableQuery('dbo.empty'));
    expect(server.sessions).toHaveLength(before + 1);
    expect(openSessions(server)).toBe(1);
  });

  it.each(['odd', 'leaves a transaction'])('is not used again after the SQL of a user: %s', async (sql) => {
    await land(open(), sqlQuery(sql));
    await eventually(() => openSessions(server) === 0);
  });

  it('serves several streams at once, each on its own', async () => {
    open();
    const landed = await Promise.all([land(source, tableQuery('dbo.big')), land(source, tableQuery('dbo.big'))]);
    expect(landed.map(({ rows }) => rows)).toEqual([ROWS, ROWS]);
    expect(openSessions(server)).toBe(2);
  });
});

describe('the isolation', () => {
  it.each<[MssqlConnectionOptions['isolation'], string]>([
    ['auto', 'SNAPSHOT'],
    ['snapshot', 'SNAPSHOT'],
    ['read-committed', 'READ COMMITTED'],
    ['read-uncommitted', 'READ UNCOMMITTED'],
  ])('%s is set as %s before the table is read', async (isolation, level) => {
    await land(open({ lockTimeoutMs: 1_234 }, { isolation }), tableQuery('dbo.empty'));
    const sql = lastStatements();
    const set = sql.findIndex((each) => each.startsWith(`SET TRANSACTION ISOLATION LEVEL ${level};`));
    expect(set).toBeGreaterThanOrEqual(0);
    expect(set).toBeLessThan(sql.findIndex((each) => each.startsWith('SELECT *')));
    expect(sql[set]).toContain('SET LOCK_TIMEOUT 1234');
    expect(sql[set]).toContain('SET DEADLOCK_PRIORITY LOW');
    expect(server.sessions.at(-1)!.requests[set]!.kind).toBe('batch');
  });

  it('auto is read-committed where the database has no snapshots', async () => {
    const plain = await startWireServer({
      snapshotAllowed: false,
      tables: { '[dbo].[e]': { columns: BIG, rows: () => [] } },
    });
    const own = sourceOf(plain);
    await land(own, tableQuery('dbo.e'));
    await own.close();
    expect(statements(plain).some((sql) => sql.startsWith('SET TRANSACTION ISOLATION LEVEL READ COMMITTED;'))).toBe(
      true,
    );
    await plain.close();
  });
});

describe('what the server counts', () => {
  it('must equal the rows that arrived', async () => {
    server.faults.loseRow(100, { matching: /FROM \[dbo\]\.\[big\]/ });
    const error = await landingError(open(), tableQuery('dbo.big'));
    expect(error).toBeInstanceOf(ConsistencyError);
    expect(error).toMatchObject({ code: 'ROW_COUNT_DIFFERS', retry: 'once' });
    expect((error as Error).message).toContain(`${ROWS - 1} rows arrived, the server counts ${ROWS}.`);
    await eventually(() => openSessions(server) === 0);
  });

  it('is known after the end only', async () => {
    const stream = await open().open(tableQuery('dbo.big'), new AbortController().signal);
    expect(() => stream.serverRowCount()).toThrow(/not known yet/);
    let rows = 0;
    for await (const batch of stream.batches) rows += batch.numRows;
    expect([rows, stream.serverRowCount()]).toEqual([ROWS, ROWS]);
  });
});
