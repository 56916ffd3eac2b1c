import { afterEach, describe, expect, it } from '@jest/globals';
import { type Request, TYPES } from 'tedious';
import { letSettle } from '../../../../support/let-settle.ts';
import { colMetadata, done, error, info, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';
import { CA_PEM, CERTIFICATE, called, ids, longText, run, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
afterEach(async () => {
  await rig.close();
});

describe('a request', () => {
  it('comes as a batch or by sp_executesql', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    const text = "SELECT N'naïve – 日本 😀' AS [a]";
    expect(await run(connection, text, { as: 'batch' })).toMatchObject({ rows: [[1], [2], [3]], rowCount: 3 });
    expect(await run(connection, text)).toMatchObject({ rows: [[1], [2], [3]], rowCount: 3, doneCounts: [3] });
    expect(server.sessions[0]!.requests).toEqual([
      { kind: 'batch', sql: text, parameters: [] },
      { kind: 'rpc', sql: text, parameters: [] },
    ]);
    expect(server.sessions[0]!.packetBytes).toBe(4096);
  });

  it('brings the parameters of every type that tedious can send', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    const moment = new Date('2026-11-22T13:46:50.437Z');
    const { error: failure } = await run(connection, 'SELECT @bit', {
      parameters: {
        bit: [TYPES.Bit, true],
        tiny: [TYPES.TinyInt, 255],
        small: [TYPES.SmallInt, -32768],
        int: [TYPES.Int, -2147483648],
        big: [TYPES.BigInt, '-9223372036854775808'],
        real: [TYPES.Real, 0.0124],
        float: [TYPES.Float, -1.5e300],
        money: [TYPES.Money, -1234.5678],
        smallMoney: [TYPES.SmallMoney, 0.0001],
        decimal: [TYPES.Decimal, -0.05, { precision: 9, scale: 2 }],
        numeric: [TYPES.Numeric, 12345678.25, { precision: 30, scale: 3 }],
        guid: [TYPES.UniqueIdentifier, '886B623E-2F82-7F4B-1C77-ACE098F1D39A'],
        char: [TYPES.Char, 'é€ ', { length: 5 }],
        varchar: [TYPES.VarChar, 'naïve', { length: 8000 }],
        nchar: [TYPES.NChar, '本', { length: 3 }],
        nvarchar: [TYPES.NVarChar, '😀'],
        text: [TYPES.Text, 'long'],
        ntext: [TYPES.NText, 'Ж'],
        binary: [TYPES.Binary, Buffer.from('00ff', 'hex'), { length: 2 }],
        varbinary: [TYPES.VarBinary, Buffer.from('deadbeef', 'hex')],
        image: [TYPES.Image, Buffer.from('01', 'hex')],
        date: [TYPES.Date, moment],
        time: [TYPES.Time, moment, { scale: 3 }],
        datetime: [TYPES.DateTime, moment],
        smalldatetime: [TYPES.SmallDateTime, moment],
        datetime2: [TYPES.DateTime2, moment, { scale: 7 }],
        offset: [TYPES.DateTimeOffset, moment, { scale: 3 }],
        nothing: [TYPES.NVarChar, null],
        noNumber: [TYPES.Int, null],
      },
    });
    expect(failure).toBeUndefined();
    const { parameters } = server.sessions[0]!.requests[0]!;
    const texts = parameters.filter(({ name }) => name !== 'offset').map(({ name, value }) => [name, value]);
    expect(texts).toEqual([
      ['bit', '1'],
      ['tiny', '255'],
      ['small', '-32768'],
      ['int', '-2147483648'],
      ['big', '-9223372036854775808'],
      ['real', '0.0124'],
      ['float', '-1.5e+300'],
      ['money', '-1234.5678'],
      ['smallMoney', '0.0001'],
      ['decimal', '-0.05'],
      ['numeric', '12345678.250'],
      ['guid', '886B623E-2F82-7F4B-1C77-ACE098F1D39A'],
      ['char', 'é€ '],
      ['varchar', 'naïve'],
      ['nchar', '本'],
      ['nvarchar', '😀'],
      ['text', 'long'],
      ['ntext', 'Ж'],
      ['binary', '00ff'],
      ['varbinary', 'deadbeef'],
      ['image', '01'],
      ['date', '2026-11-22'],
      ['time', '13:46:50.437'],
      ['datetime', '2026-11-22 13:46:50.437'],
      ['smalldatetime', '2026-11-22 13:46:00'],
      ['datetime2', '2026-11-22 13:46:50.4370000'],
      ['nothing', null],
      ['noNumber', null],
    ]);
    const offset = parameters.find(({ name }) => name === 'offset')!;
    expect(new Date(offset.value!.replace(' ', 'T').replace(' ', ''))).toEqual(moment);
    expect(parameters.slice(9, 15).map(({ type }) => type)).toEqual([
      { kind: 'decimal', precision: 9, scale: 2 },
      { kind: 'numeric', precision: 30, scale: 3 },
      { kind: 'uniqueidentifier' },
      { kind: 'char', length: 5 },
      { kind: 'varchar', length: 8000 },
      { kind: 'nchar', length: 3 },
    ]);
  });

  it('may take many packets, as text and as parameters', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server, { packetSize: 512 });
    const sql = `SELECT '${'é'.repeat(20_000)}'`;
    const value = '0123456789'.repeat(5_000);
    await run(connection, sql, { as: 'batch' });
    await run(connection, sql, {
      parameters: { text: [TYPES.NVarChar, value], bytes: [TYPES.VarBinary, Buffer.alloc(9_000, 7)] },
    });
    const [batch, rpc] = server.sessions[0]!.requests;
    expect(batch!.sql).toBe(sql);
    expect(rpc!.sql).toBe(sql);
    expect(rpc!.parameters).toMatchObject([
      { type: { kind: 'nvarchar', length: 'max' }, value },
      { type: { kind: 'varbinary', length: 'max' }, value: '07'.repeat(9_000) },
    ]);
  });

  it('for an unknown procedure gets error 2812', async () => {
    const connection = await rig.connect(await rig.server());
    const { error: failure } = await run(connection, 'dbo.nothing', { as: 'procedure' });
    expect(failure).toMatchObject({ number: 2812, state: 62, class: 16 });
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: 3 });
  });
});

describe('an answer', () => {
  it.each([512, 4096, 16_384, 32_767])('of 5 MB arrives whole in packets of %i bytes', async (packetSize) => {
    const server = await rig.server({ answer: () => longText(5_000_000) });
    const connection = await rig.connect(server, { packetSize });
    const { rows, rowCount } = await run(connection, 'SELECT text');
    expect([rows.length, rowCount]).toEqual([1, 1]);
    expect(rows[0]![0] === 'x'.repeat(5_000_000)).toBe(true);
    expect(server.sessions[0]!.packetBytes).toBe(packetSize);
    expect(server.sessions[0]!.answeredBytes).toBeGreaterThan(5_000_000);
  });

  it('arrives whole through TLS, row by row', async () => {
    const server = await rig.server({ answer: () => ids(20_000), tls: CERTIFICATE });
    const connection = await rig.connect(server, { encrypt: true, cryptoCredentialsDetails: { ca: CA_PEM } });
    const { rows, doneCounts } = await run(connection, 'SELECT id');
    expect(doneCounts).toEqual([20_000]);
    expect(rows.every(([id], index) => id === index + 1)).toBe(true);
  });

  it('has no larger packets than the server agrees to', async () => {
    const server = await rig.server({ packetBytes: 8192 });
    const connection = await rig.connect(server, { packetSize: 32_767 });
    expect(server.sessions[0]!.packetBytes).toBe(8192);
    await run(connection, `SELECT '${'x'.repeat(30_000)}'`, { as: 'batch' });
    expect(server.problems).toEqual([]);
  });

  it('may have several results, messages and errors', async () => {
    const columns: readonly WireColumn[] = [{ name: 'n', type: { kind: 'int' } }];
    const server = await rig.server({
      *answer() {
        yield info({ number: 0, message: 'printed' });
        yield Buffer.concat([colMetadata(columns), row(columns, ['7']), done({ rowCount: 1, more: true })]);
        yield* ids(2);
      },
    });
    const connection = await rig.connect(server);
    const printed: string[] = [];
    connection.on('infoMessage', ({ message }) => printed.push(message));
    expect(await run(connection, 'SELECT 1; SELECT 2')).toMatchObject({ rows: [[7], [1], [2]], doneCounts: [1, 2] });
    expect(printed).toEqual(['printed']);
  });

  it('is an error when the answer says so, and the connection goes on', async () => {
    const server = await rig.server({
      answer: ({ sql }) =>
        sql === 'bad'
          ? [error({ number: 208, state: 1, message: "Invalid object name 'x'." }), done({ error: true })]
          : ids(1),
    });
    const connection = await rig.connect(server);
    expect((await run(connection, 'bad')).error).toMatchObject({ number: 208, class: 16 });
    expect(await run(connection, 'good')).toMatchObject({ rowCount: 1, error: undefined });
  });

  it('that throws is error 50000 and a problem of the server', async () => {
    const server = await rig.server({
      async *answer() {
        yield* ids(0);
        throw new Error('no such table');
      },
    });
    const connection = await rig.connect(server);
    expect((await run(connection, 'SELECT')).error).toMatchObject({ number: 50_000, message: /no such table/ });
    expect(server.problems.map(({ message }) => message)).toEqual(['no such table']);
  });

  it('goes to two connections at once', async () => {
    const server = await rig.server({ answer: ({ sql }) => ids(Number(sql)) });
    const [one, two] = await Promise.all([rig.connect(server), rig.connect(server, { packetSize: 512 })]);
    const outcomes = await Promise.all([run(one, '5000'), run(two, '7000')]);
    expect(outcomes.map(({ rows, rowCount }) => [rows.length, rowCount])).toEqual([
      [5000, 5000],
      [7000, 7000],
    ]);
  });

  it('is pulled only as fast as the client reads', async () => {
    let pulled = 0;
    const server = await rig.server({
      *answer() {
        for (const piece of ids(1_000_000_000)) {
          pulled++;
          yield piece;
        }
      },
    });
    const connection = await rig.connect(server);
    const stopped = Promise.withResolvers<Request>();
    const outcome = run(connection, 'SELECT id', {
      onRow: (request, rows) => {
        if (rows !== 10) return;
        request.pause();
        stopped.resolve(request);
      },
    });
    const request = await stopped.promise;
    for (let before = -1; before !== pulled; await letSettle()) before = pulled;
    const waiting = pulled;
    await letSettle();
    expect(pulled).toBe(waiting);
    request.cancel();
    expect((await outcome).error).toMatchObject({ code: 'ECANCEL' });
  });
});

describe('a reset', () => {
  it('is counted and acknowledged in front of the next answer', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    let acknowledged = 0;
    connection.on('resetConnection', () => acknowledged++);
    await called((done) => connection.beginTransaction(done));
    await called((done) => connection.reset(done));
    expect(server.sessions[0]).toMatchObject({ resets: 1, inTransaction: false, requests: [] });
    expect(acknowledged).toBe(1);
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: 3 });
    expect(server.sessions[0]!.resets).toBe(1);
  });
});
