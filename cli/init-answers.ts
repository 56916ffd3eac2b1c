import type * as z from 'zod';
import type { Dialect, SslConfig } from '../shared/config/config.ts';
import { DEFAULTS } from '../shared/config/defaults.ts';
import { alertsSchema, SOURCE_NAME, SOURCE_NAME_RULE, targetSchema } from '../shared/config/schema.ts';
import { sourceSchema } from '../shared/config/source-schema.ts';
import { ConfigError } from '../shared/core/errors.ts';
import { canAsk } from './confirm.ts';
import type { Console } from './console.ts';
import { type Question, Questions, type Reading } from './questions.ts';

const ALERTS_RULE = 'an email address, or the ARN of an SNS topic';

/** What the command line says; the rest is asked for. */
export interface InitOptions {
  readonly dialect?: string;
  readonly source?: string;
  readonly secret?: string;
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
  readonly ssl?: string;
  readonly ca?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  readonly schedule?: string;
  readonly alerts?: string;
}

/** A configuration without tables yet; undefined for what is left out of it. */
export interface InitAnswers {
  readonly dialect: Dialect;
  readonly source: string;
  readonly secret: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
  readonly ssl: SslConfig['mode'];
  readonly ca: string | undefined;
  readonly bucket: string;
  readonly prefix: string | undefined;
  readonly schedule: string | undefined;
  /** An email address, or the ARN of a topic. */
  readonly alerts: string | undefined;
}

type Ask = <Answer>(option: string, given: string | undefined, question: Question<Answer>) => Promise<Answer>;

/**
 * The answers of the command line, and at a terminal those of a person to every question that it leaves open.
 * @throws ConfigError OPTION_INVALID, OPTIONS_MISSING where nobody can answer, NOT_ANSWERED
 */
export async function initAnswers(options: InitOptions, console: Console): Promise<InitAnswers> {
  if (canAsk(console)) {
    const questions = new Questions(console);
    try {
      return await collect(options, async (option, given, question) =>
        given === undefined ? await questions.ask(question) : fromOption(option, given, question),
      );
    } finally {
      questions.close();
    }
  }
  const needed = { '--dialect': options.dialect, '--secret': options.secret, '--bucket': options.bucket };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length > 0) throw optionsMissing(missing);
  return await collect(options, async (option, given, question) =>
    fromOption(option, given ?? question.preset ?? '', question),
  );
}

async function collect(options: InitOptions, ask: Ask): Promise<InitAnswers> {
  const source = sourceSchema.shape;
  const dialect = await ask('--dialect', options.dialect, {
    title: 'Dialect',
    about: 'The kind of database: postgres, or mssql for SQL Server.',
    preset: undefined,
    read: by(source.dialect, 'postgres or mssql'),
  });
  const name = await ask('--source', options.source, {
    title: 'Source',
    about: 'A name of your own for this database; it becomes part of the keys in S3.',
    preset: SOURCE_NAME.test(options.database ?? '') ? options.database : 'db',
    read: (text) => (SOURCE_NAME.test(text) ? { answer: text } : { allowed: SOURCE_NAME_RULE }),
  });
  const secret = await ask('--secret', options.secret, {
    title: 'Secret',
    about:
      'Where user and password are, never the password itself: env:NAME of an environment variable, file:PATH, or the arn: of a secret in Secrets Manager.',
    preset: `env:${name.toUpperCase().replaceAll('-', '_')}_DB`,
    read: by(source.secret),
  });
  return {
    dialect,
    source: name,
    secret,
    ...(await connection(options, dialect, ask)),
    ...(await target(options, ask)),
  };
}

type Connection = Pick<InitAnswers, 'host' | 'port' | 'database' | 'ssl' | 'ca'>;

async function connection(options: InitOptions, dialect: Dialect, ask: Ask): Promise<Connection> {
  const source = sourceSchema.shape;
  const inSecret = 'Left out, it comes from the secret.';
  const host = await ask('--host', options.host, {
    title: 'Host',
    about: `The host of the database, such as db.example.com. ${inSecret}`,
    preset: '',
    read: optional(by(source.host)),
  });
  const port = await ask('--port', options.port, {
    title: 'Port',
    about: `Its port. Left out, it comes from the secret, or is ${dialect === 'mssql' ? 1433 : 5432}.`,
    preset: '',
    read: optional((text) => by(source.port)(/^\d+$/.test(text) ? Number(text) : text)),
  });
  const database = await ask('--database', options.database, {
    title: 'Database',
    about: `The name of the database. ${inSecret}`,
    preset: '',
    read: optional(by(source.database)),
  });
  const ssl = await ask('--ssl', options.ssl, {
    title: 'TLS',
    about:
      'verify-full checks the certificate and the host name, require only encrypts, disable does neither, as for a database on this machine.',
    preset: DEFAULTS.sslMode,
    read: by(sourceSchema.shape.ssl.unwrap().shape.mode.unwrap(), 'verify-full, require or disable'),
  });
  if (ssl !== 'verify-full' && options.ca !== undefined) {
    throw optionInvalid('--ca', 'left out with --ssl require and --ssl disable, which check no certificate');
  }
  const asksForCa = ssl === 'verify-full' && (options.ssl === undefined || options.ca !== undefined);
  const ca = asksForCa ? await certificates(options, ask) : undefined;
  return { host, port, database, ssl, ca };
}

function certificates({ ca }: InitOptions, ask: Ask): Promise<string | undefined> {
  return ask('--ca', ca, {
    title: 'Certificates',
    about:
      'A PEM file of the authorities to accept, such as the bundle of RDS. Left out, those that Node.js knows are accepted.',
    preset: '',
    read: optional(by(sourceSchema.shape.ssl.unwrap().shape.ca)),
  });
}

async function target(options: InitOptions, ask: Ask) {
  return {
    bucket: await ask('--bucket', options.bucket, {
      title: 'Bucket',
      about: 'The S3 bucket in which tables land; for local runs the name of a folder.',
      preset: undefined,
      read: by(targetSchema.shape.bucket),
    }),
    prefix: await ask('--prefix', options.prefix, {
      title: 'Prefix',
      about: 'A folder of the bucket below which everything lands, such as raw/.',
      preset: '',
      read: optional(by(targetSchema.shape.prefix)),
    }),
    schedule: await ask('--schedule', options.schedule, {
      title: 'Schedule',
      about: 'When runs start, such as cron(0 3 * * ? *) or rate(6 hours). Left out: only when asked.',
      preset: '',
      read: optional(by(sourceSchema.shape.schedule)),
    }),
    alerts: await ask('--alerts', options.alerts, {
      title: 'Alerts',
      about: 'Who gets an email when a table fails: an address, or the ARN of an SNS topic of your own.',
      preset: '',
      read: optional(by(alertsSchema.shape.topic.or(alertsSchema.shape.emails.unwrap().element), ALERTS_RULE)),
    }),
  };
}

/** As the schema of the configuration takes it; `rule` where its own words are not for a person. */
function by<Answer>(schema: z.ZodType<Answer>, rule?: string) {
  return (value: unknown): Reading<NonNullable<Answer>> => {
    const parsed = schema.safeParse(value);
    if (parsed.success && parsed.data !== undefined) return { answer: parsed.data as NonNullable<Answer> };
    return { allowed: rule ?? parsed.error?.issues[0]?.message ?? 'a value' };
  };
}

function optional<Answer>(read: (text: string) => Reading<Answer>) {
  return (text: string): Reading<Answer | undefined> => (text === '' ? { answer: undefined } : read(text));
}

function fromOption<Answer>(option: string, given: string, { read }: Question<Answer>): Answer {
  const reading = read(given);
  if ('answer' in reading) return reading.answer;
  throw optionInvalid(option, reading.allowed);
}

function optionInvalid(option: string, allowed: string): ConfigError {
  return new ConfigError('OPTION_INVALID', `${option} cannot be used as it is. Allowed: ${allowed}.`, {
    remedy: 'Nothing was written.',
  });
}

function optionsMissing(missing: readonly string[]): ConfigError {
  return new ConfigError(
    'OPTIONS_MISSING',
    `There is no terminal to ask at, and ${missing.join(', ')} must be given.`,
    {
      remedy: 'Add them; landfall init --help says what they are.',
    },
  );
}
