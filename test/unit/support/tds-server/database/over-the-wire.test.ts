import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryTypes, Sequelize } from 'sequelize';
import tedious, { Connection, Request, TYPES } from 'tedious';
import { startTestSqlServer, type TestSqlServer } from '../../../../support/tds-server/test-sql-server.ts';

const ROWS = 3_000;
const WIDE_NULLS = 40;

let server: TestSqlServer;

beforeAll(async () => {
  server = await startTestSqlServer();
  server.createTable({
    name: 'many',
    columns: [
      { name: 'id', type: { kind: 'int' } },
      { name: 'name', type: { kind: 'nvarchar', length: 30 } },
      { name: 'at', type: { kind: 'datetime2', scale: 3 } },
    ],
    primaryKey: ['id'],
    rows: Array.from({ length: ROWS }, (_, i) => [
      String(i),
      i % 5 === 0 ? null : `name ${i}`,
      '2024-01-02 03:04:05.678',
    ]),
  });
});

afterAll(async () => {
  await server.close();
  expect(server.problems).toEqual([]);
});

interface Answer {
  readonly rows: unknown[][];
  readonly rowCount: number;
  readonly names: string[];
}

async function connect(): Promise<Connection> {
  const { host, port, user: userName, password, database, caPem } = server;
  const connection = new Connection({
    server: host,
    authentication: { type: 'default', options: { userName, password } },
    options: { port, database, encrypt: true, trustServerCertificate: false, cryptoCredentialsDetails: { ca: caPem } },
  });
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  return connection;
}

type Bind = (request: Request) => void;

async function ask(connection: Connection, sql: string, bind?: Bind): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const rows: unknown[][] = [];
    const names: string[] = [];
    const request = new Request(sql, (error, rowCount) => {
      if (error) reject(error);
      else resolve({ rows, rowCount: rowCount ?? -1, names });
    });
    request.on('columnMetadata', (columns) => {
      for (const { colName } of columns as { colName: string }[]) names.push(colName);
    });
    request.on('row', (columns: { value: unknown }[]) => rows.push(columns.map(({ value }) => value)));
    bind?.(request);
    if (bind === undefined) connection.execSqlBatch(request);
    else connection.execSql(request);
  });
}

describe('tedious', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect();
  });
  afterAll(() => connection.close());

  it('reads a table whole, with the count of its rows', async () => {
    const { rows, rowCount, names } = await ask(connection, 'SELECT * FROM dbo.many');
    expect(names).toEqual(['id', 'name', 'at']);
    expect(rowCount).toBe(ROWS);
    expect(rows.map(([id]) => id)).toEqual(Array.from({ length: ROWS }, (_, i) => i));
    expect(rows[1]).toEqual([1, 'name 1', new Date('2024-01-02T03:04:05.678Z')]);
  });

  it('pages by key with parameters of several types', async () => {
    const sql = 'SELECT TOP (@n) id FROM many WHERE id > @last AND at >= @from ORDER BY id';
    const { rows } = await ask(connection, sql, (request) => {
      request.addParameter('n', TYPES.Int, 3);
      request.addParameter('last', TYPES.NVarChar, '2995');
      request.addParameter('from', TYPES.DateTime2, new Date('2024-01-02T03:04:05.678Z'), { scale: 7 });
    });
    expect(rows).toEqual([[2996], [2997], [2998]]);
  });

  it('finds a real by itself', async () => {
    await ask(connection, 'CREATE TABLE reals (v real NOT NULL); INSERT INTO reals VALUES (1.18E-38), (0.1)');
    for (const value of [1.18e-38, 0.1]) {
      const { rows } = await ask(connection, 'SELECT v FROM reals WHERE v = @v', (request) =>
        request.addParameter('v', TYPES.Real, value),
      );
      expect(rows).toEqual([[Math.fround(value)]]);
    }
  });

  it('gets rows of many NULLs', async () => {
    const columns = Array.from({ length: WIDE_NULLS }, (_, i) => ({ name: `c${i}`, type: { kind: 'int' as const } }));
    server.createTable({ name: 'wide', columns, rows: [columns.map((_, i) => (i === 7 ? '7' : null))] });
    const { rows } = await ask(connection, 'SELECT * FROM wide');
    expect(rows).toEqual([columns.map((_, i) => (i === 7 ? 7 : null))]);
  });

  it('gets several results and messages of one batch', async () => {
    const messages: string[] = [];
    connection.on('infoMessage', ({ message }: { message: string }) => messages.push(message));
    const { rows, names } = await ask(connection, "PRINT N'hello'; SELECT 1 AS a; SELECT N'x' AS b");
    expect(rows).toEqual([[1], ['x']]);
    expect(names).toEqual(['a', 'b']);
    expect(messages).toContain('hello');
  });

  it('gets no counts with NOCOUNT on, until the connection is reset', async () => {
    await ask(connection, 'SET NOCOUNT ON');
    expect((await ask(connection, 'SELECT TOP 5 id FROM many')).rowCount).toBe(0);
    await new Promise<void>((resolve, reject) => connection.reset((error) => (error ? reject(error) : resolve())));
    expect((await ask(connection, 'SELECT TOP 5 id FROM many')).rowCount).toBe(5);
  });

  it('loses what sp_executesql has set', async () => {
    await ask(connection, 'SET LOCK_TIMEOUT 77 SELECT @a AS a', (request) => request.addParameter('a', TYPES.Int, 1));
    expect((await ask(connection, 'SELECT @@LOCK_TIMEOUT AS t')).rows).toEqual([[-1]]);
  });

  it('gets an error behind rows with its number, state, class and line', async () => {
    const failed = ask(connection, 'SELECT 1 AS a;\nSELECT 10 / (id - 2) AS q FROM many');
    await expect(failed).rejects.toMatchObject({ number: 8134, state: 1, class: 16, lineNumber: 2 });
    expect((await ask(connection, 'SELECT 1 AS a')).rows).toEqual([[1]]);
  });

  it('cancels a long answer and can go on', async () => {
    const connected = await connect();
    const sql = 'SELECT a.id FROM many AS a CROSS JOIN many AS b';
    const failed = await new Promise<Error>((resolve) => {
      const request = new Request(sql, (error) => resolve(error as Error));
      request.once('row', () => connected.cancel());
      connected.execSqlBatch(request);
    });
    expect(failed).toMatchObject({ code: 'ECANCEL' });
    expect((await ask(connected, 'SELECT COUNT(*) FROM many')).rows).toEqual([[ROWS]]);
    connected.close();
  });

  it('is written down with its parameters and its name', async () => {
    server.statements.length = 0;
    await ask(connection, 'SELECT @a AS a', (request) => request.addParameter('a', TYPES.NVarChar, "x'"));
    expect(server.statements).toEqual([
      { sql: 'SELECT @a AS a', parameters: { a: "x'" }, sessionId: expect.any(Number), appName: 'Tedious' },
    ]);
  });

  it('meets the faults that were armed', async () => {
    server.faults.deadlockAfterRows(2, { matching: /FROM many/ });
    await expect(ask(connection, 'SELECT id FROM many')).rejects.toMatchObject({ number: 1205 });
  });
});

describe('Sequelize', () => {
  let sequelize: Sequelize;
  beforeAll(() => {
    const { host, port, user: username, password, database, caPem: ca } = server;
    const options = { encrypt: true, trustServerCertificate: false, cryptoCredentialsDetails: { ca } };
    sequelize = new Sequelize({
      dialect: 'mssql',
      dialectModule: tedious,
      host,
      port,
      username,
      password,
      database,
      logging: false,
      dialectOptions: { options },
    });
  });
  afterAll(async () => await sequelize.close());

  it('binds values and gives objects', async () => {
    const sql = 'SELECT id, name FROM many WHERE id IN ($one, $two) AND name = $name';
    const rows = await sequelize.query(sql, { type: QueryTypes.SELECT, bind: { one: 3, two: 4, name: 'NAME 4' } });
    expect(rows).toEqual([{ id: 4, name: 'name 4' }]);
  });

  it('lists and describes tables by its own queries', async () => {
    const tables = await sequelize.getQueryInterface().showAllTables();
    expect(tables).toContainEqual({ tableName: 'many', schema: 'dbo' });
    const columns = await sequelize.getQueryInterface().describeTable('many');
    expect(columns).toMatchObject({
      id: { type: 'INT', allowNull: false, primaryKey: true },
      name: { type: 'NVARCHAR(30)', allowNull: true },
    });
  });

  it('runs a transaction', async () => {
    await sequelize.transaction(async (transaction) => {
      await sequelize.query('CREATE TABLE made (id int)', { transaction });
      const [row] = await sequelize.query('SELECT @@TRANCOUNT AS n', { transaction, type: QueryTypes.SELECT });
      expect(row).toEqual({ n: 1 });
    });
  });
});
