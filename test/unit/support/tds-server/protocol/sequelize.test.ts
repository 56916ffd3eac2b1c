import { afterEach, describe, expect, it } from '@jest/globals';
import { QueryTypes, Sequelize, Transaction } from 'sequelize';
import * as tedious from 'tedious';
import { colMetadata, done, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';
import type { TdsRequest, TdsServer } from '../../../../support/tds-server/tds-server.ts';
import { CA_PEM, CERTIFICATE, LOGIN, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
const open: Sequelize[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sequelize) => sequelize.close()));
  await rig.close();
});

function sequelizeOn(server: TdsServer, password = LOGIN.password): Sequelize {
  const options = { encrypt: true, trustServerCertificate: false, cryptoCredentialsDetails: { ca: CA_PEM } };
  const sequelize = new Sequelize('shop', LOGIN.user, password, {
    dialect: 'mssql',
    dialectModule: tedious,
    host: 'localhost',
    port: server.port,
    logging: false,
    dialectOptions: { options: { ...options, appName: 'landfall', packetSize: 16_384 } },
  });
  open.push(sequelize);
  return sequelize;
}

const COLUMNS: readonly WireColumn[] = [
  { name: 'name', type: { kind: 'nvarchar', length: 50 } },
  { name: 'value', type: { kind: 'nvarchar', length: 50 } },
];

const VERSION: readonly WireColumn[] = [{ name: 'version', type: { kind: 'nvarchar', length: 50 } }];

/** A row for each parameter of the request; the version, which Sequelize asks for once, when it is asked for. */
function* parametersOf({ sql, parameters }: TdsRequest): Generator<Uint8Array> {
  if (/productversion/i.test(sql)) {
    yield* [colMetadata(VERSION), row(VERSION, ['16.0.4000.0']), done({ rowCount: 1 })];
    return;
  }
  yield colMetadata(COLUMNS);
  for (const { name, value } of parameters) yield row(COLUMNS, [name, value]);
  yield done({ rowCount: parameters.length });
}

describe('Sequelize', () => {
  it('selects with bound parameters through TLS', async () => {
    const server = await rig.server({ answer: parametersOf, tls: CERTIFICATE });
    const found = await sequelizeOn(server).query('SELECT * FROM t WHERE a = $id AND b = $name', {
      type: QueryTypes.SELECT,
      bind: { id: 42, name: "O'Neil" },
    });
    expect(found).toEqual([
      { name: 'id', value: '42' },
      { name: 'name', value: "O'Neil" },
    ]);
    expect(server.sessions[0]).toMatchObject({ appName: 'landfall', encrypted: true, packetBytes: 16_384 });
    expect(server.sessions.at(-1)!.requests.at(-1)!.sql).toBe('SELECT * FROM t WHERE a = @id AND b = @name');
    expect(server.problems).toEqual([]);
  });

  it('runs a transaction on one connection', async () => {
    const server = await rig.server({ answer: parametersOf, tls: CERTIFICATE });
    const sequelize = sequelizeOn(server);
    const level = { isolationLevel: Transaction.ISOLATION_LEVELS.READ_COMMITTED };
    await sequelize.transaction(level, async (transaction) => {
      const bind = { id: 1 };
      expect(await sequelize.query('SELECT $id', { type: QueryTypes.SELECT, bind, transaction })).toHaveLength(1);
    });
    await expect(sequelize.transaction(async () => await Promise.reject(new Error('changed my mind')))).rejects.toThrow(
      'changed my mind',
    );
    expect(server.sessions.flatMap(({ transactionSteps }) => transactionSteps)).toEqual([
      'begin',
      'commit',
      'begin',
      'rollback',
    ]);
  });

  it('is denied access with a wrong password', async () => {
    const server = await rig.server({ tls: CERTIFICATE });
    await expect(sequelizeOn(server, 'wrong').authenticate()).rejects.toMatchObject({
      name: 'SequelizeAccessDeniedError',
    });
  });
});
