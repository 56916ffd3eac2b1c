import { join } from 'node:path';
import type { Dialect } from '../../../shared/config/config.ts';
import type { BundleKind } from './kinds.ts';
import type { LeftOut } from './left-out.ts';

const WEB_STREAMS =
  'ChecksumStream|createChecksumStream|sdk-stream-mixin|splitStream|headStream|getAwsChunkedEncodingStream';

const OF_ALL: readonly LeftOut[] = [
  // Lambda puts the role's credentials in the environment; profiles, SSO and instance metadata are for other machines.
  {
    modules: /^@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    instead: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
  // For a region that the environment does not name, and for the retry mode "adaptive", which it would have to.
  { modules: /^@smithy\/core\/dist-es\/.*\/(getInstanceMetadataRegion|DefaultRateLimiter)\.js$/ },
  // For bodies that are streams of the web, which load Node's as soon as the module is read; ours are Node's.
  { modules: new RegExp(`^@smithy/core/dist-es/.*/util-stream/.*\\b(${WEB_STREAMS})\\.browser\\.js$`) },
  // Only S3 Select has them.
  {
    modules: /^@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    instead:
      'export const eventStreamSerdeProvider = () => undefined, resolveEventStreamSerdeConfig = (config) => config, EventStreamSerde = undefined;',
  },
  // For machines without OpenSSL.
  { modules: /^@(smithy|aws-sdk)\/.*\/(Sha1Js|Sha256Js|Md5Js)\.js$/ },
  // Every zod schema can be written as a JSON Schema, which only config/write-schema.ts asks for.
  { modules: /^zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/ },
  // A function reads YAML and never writes it. The files are named one by one: those that parsing looks at stay.
  { modules: /^yaml\/browser\/dist\/stringify\/stringify(Document|Collection|Pair|String|Comment)?\.js$/ },
  // What YAML 1.1 and tools that keep comments would need.
  { modules: /^yaml\/browser\/dist\/parse\/cst-(scalar|stringify|visit)\.js$/ },
];

/** Of Sequelize we use connections, pools, quoting and plain queries: no models, so nothing is validated or formatted. */
const OF_SEQUELIZE: readonly LeftOut[] = [
  { modules: /^sequelize\/lib\/(model|instance-validator|associations\/[\w-]+|utils\/validator-extras)\.js$/ },
  { modules: /^(validator|wkx|inflection|moment)\// },
  // Asked whether the session's time zone, which is always UTC as an offset, is the name of one.
  { modules: /^moment-timezone\/index\.js$/, instead: 'module.exports = { tz: { zone: () => null } };' },
];

const DIALECTS_OF_SEQUELIZE = ['db2', 'mariadb', 'mssql', 'mysql', 'oracle', 'postgres', 'snowflake', 'sqlite'];

function sequelizeDialectsBut(dialect: Dialect): LeftOut[] {
  const others = DIALECTS_OF_SEQUELIZE.filter((each) => each !== dialect).join('|');
  return [
    { modules: new RegExp(`^sequelize/lib/dialects/(${others})/index\\.js$`) },
    {
      modules: new RegExp(`^sequelize/lib/dialects/(${others})/data-types\\.js$`),
      instead: 'module.exports = () => ({});',
    },
  ];
}

const OF_MSSQL: readonly LeftOut[] = [
  // tedious loads Azure's SDK for a login by Entra ID; ours is by name and password.
  { modules: /^@azure\// },
  {
    modules: /^@js-joda\/core\//,
    instead: `export { LocalDate, ChronoUnit } from ${JSON.stringify(standIn('local-date.ts'))};`,
  },
  // For a connection that is given as a URL.
  { modules: /^pg-connection-string\// },
  // The same streams as Node's own, for older ones.
  { modules: /^readable-stream\/lib\/ours\/index\.js$/, instead: "module.exports = require('node:stream');" },
  // Tables of code pages that no collation of SQL Server has; 932, 936, 949 and 950 stay.
  { modules: /^iconv-lite\/encodings\/tables\/(eucjp|big5-added|gb18030-ranges)\.json$/, instead: '[]' },
];

function standIn(file: string): string {
  return join(import.meta.dirname, 'stand-ins', file);
}

/** What is loaded by a bundle's packages and never used by ours. */
export function notNeededBy(kind: BundleKind): LeftOut[] {
  switch (kind) {
    case 'extractor-mssql':
      return [...OF_ALL, ...OF_SEQUELIZE, ...sequelizeDialectsBut('mssql'), ...OF_MSSQL];
    case 'extractor-postgres':
      return [...OF_ALL, ...OF_SEQUELIZE, ...sequelizeDialectsBut('postgres')];
    default:
      return [...OF_ALL];
  }
}
