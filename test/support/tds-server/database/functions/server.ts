import type { WireType } from '../../../tds/wire-types.ts';
import type { Place } from '../place.ts';
import { rowVersionBytes } from '../row-versions.ts';
import { sqlError } from '../sql-error.ts';
import { type Stored, toStored } from '../stored-values.ts';
import { BIGINT, type FunctionEmitter, type FunctionTable, INT, NVARCHAR, SYSNAME } from './signature.ts';

/** A value of the session or the server: the same for the whole statement. */
const fact =
  (type: WireType, value: (place: Place) => Stored | number): FunctionEmitter =>
  (_call, place) => {
    const found = value(place);
    return place.translation.bind(typeof found === 'number' ? BigInt(found) : found, type);
  };

const session = (of: (session: Place['translation']['session']) => Stored | number): FunctionEmitter =>
  fact(SYSNAME, (place) => of(place.translation.session));

const number = (of: (session: Place['translation']['session']) => number): FunctionEmitter =>
  fact(INT, (place) => of(place.translation.session));

const VARIANT: WireType = { kind: 'sql_variant' };

/** A property by its name, a literal or a parameter; NULL for one that is not known. */
const property =
  (at: number, facts: (place: Place) => Readonly<Record<string, string>>): FunctionEmitter =>
  (call, place) => {
    const named = call.args[at];
    if (named === undefined) throw sqlError.argumentCount(call.name.toLowerCase(), at + 1);
    const entries = Object.entries(facts(place)).map(([name, value]) => {
      const stored = place.translation.bind(toStored(VARIANT, { of: SYSNAME, text: value }), VARIANT);
      return `WHEN '${name.toLowerCase()}' THEN ${stored.sql}`;
    });
    return { sql: `CASE lower(${place.value(named).sql}) ${entries.join(' ')} ELSE NULL END`, type: VARIANT };
  };

const serverFacts = ({ translation }: Place): Record<string, string> => ({
  ProductVersion: translation.catalog.state.version,
  ProductMajorVersion: translation.catalog.state.version.split('.')[0]!,
  ProductLevel: 'RTM',
  Edition: 'Developer Edition (64-bit)',
  EngineEdition: '3',
  Collation: translation.catalog.state.collation,
  ServerName: 'TESTSQL',
  MachineName: 'TESTSQL',
});

const databaseFacts = ({ translation }: Place): Record<string, string> => ({
  Collation: translation.catalog.state.collation,
  Updateability: translation.catalog.state.readOnly ? 'READ_ONLY' : 'READ_WRITE',
  Status: 'ONLINE',
  UserAccess: 'MULTI_USER',
  Recovery: 'FULL',
  IsChangeTrackingEnabled: translation.catalog.tracking.enabled ? '1' : '0',
  Version: '957',
});

export const serverFunctions: FunctionTable = {
  '@@VERSION': fact(
    NVARCHAR,
    ({ translation }) => `Microsoft SQL Server 2022 - ${translation.catalog.state.version} (X64)`,
  ),
  '@@SPID': fact({ kind: 'smallint' }, ({ translation }) => translation.session.spid),
  '@@TRANCOUNT': number(({ transactionCount }) => transactionCount),
  '@@ROWCOUNT': number(({ lastRowCount }) => lastRowCount),
  '@@ERROR': number(({ lastError }) => lastError),
  '@@LOCK_TIMEOUT': number(({ lockTimeoutMs }) => lockTimeoutMs),
  '@@SERVERNAME': session(() => 'TESTSQL'),
  '@@LANGUAGE': session(() => 'us_english'),
  '@@DATEFIRST': number(() => 7),
  '@@OPTIONS': number(({ noCount }) => (noCount ? 512 : 0)),
  XACT_STATE: number(({ transactionCount }) => Math.min(1, transactionCount)),
  SUSER_SNAME: session(({ user }) => user),
  SUSER_NAME: session(({ user }) => user),
  ORIGINAL_LOGIN: session(({ user }) => user),
  SYSTEM_USER: session(({ user }) => user),
  USER_NAME: session(({ user }) => user),
  CURRENT_USER: session(({ user }) => user),
  USER: session(({ user }) => user),
  APP_NAME: session(({ appName }) => appName),
  HOST_NAME: session(({ hostName }) => hostName),
  SERVERPROPERTY: property(0, serverFacts),
  DATABASEPROPERTYEX: property(1, databaseFacts),
  CHANGE_TRACKING_CURRENT_VERSION: fact(BIGINT, ({ translation: { catalog } }) =>
    catalog.tracking.enabled ? catalog.tracking.currentVersion : null,
  ),
  '@@DBTS': fact({ kind: 'varbinary', length: 8 }, ({ translation: { catalog } }) =>
    rowVersionBytes(catalog.rowVersions.last),
  ),
  MIN_ACTIVE_ROWVERSION: fact({ kind: 'binary', length: 8 }, ({ translation: { catalog } }) =>
    rowVersionBytes(catalog.rowVersions.lowestActive),
  ),
};
