import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, invalidConfig, linesOf, shopWith } from './config-text.ts';

const withSource = (line: string) => shopWith('public.orders:', `    ${line}\n`);
const withSecret = (secret: string) => shopWith('public.orders:').replace('env:SHOP_DB', secret);
const withBucket = (bucket: string) => shopWith('public.orders:').replace('acme-data-lake', bucket);

describe('a secret', () => {
  it.each([
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/landfall-AbCdEf',
    'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:rds!db-1234',
    'env:SHOP_DB',
    'file:./secrets/shop.json',
    "'file:C:\\secrets\\shop db.json'",
  ])('may be %s', (secret) => {
    expect(parseConfig(withSecret(secret), FILE).sources.get('shop')?.secret).toBe(secret.replaceAll("'", ''));
  });

  it.each([
    ['inline JSON', '\'{"username":"u","password":"hunter2"}\''],
    ['inline JSON after env:', '\'env:{"password":"hunter2"}\''],
    ['inline JSON after file:', '\'file:{"password":"hunter2"}\''],
    ['a YAML mapping', '{username: u, password: hunter2}'],
    ['a list', '[hunter2]'],
    ['a URL', 'postgres://u:hunter2@db/shop'],
    ['a bare word', 'hunter2'],
    ['a number', '4711222'],
    ['an unknown scheme', 'vault:hunter2'],
    ['a two-line text', '"env:A\\nhunter2"'],
  ])('is refused without being shown when it is %s', (_, secret) => {
    const error = invalidConfig(() => parseConfig(withSecret(secret), FILE));
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]).toMatchObject({ line: 6, path: 'sources.shop.secret' });
    expect(error.message).toMatch(/allowed: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, env:NAME or file:PATH/);
    expect(`${error.message} ${error.stack}`).not.toMatch(/hunter2|4711222/);
  });

  it('stays hidden when it stands in the wrong place or in broken YAML', () => {
    for (const text of [
      withSource('password: hunter2'),
      withSource('host: postgres://u:hunter2@db/shop'),
      withSource('"postgres://u:hunter2@db/": 1'),
      withSource('\'{"password":"hunter2"}\': 1'),
      withSecret('"hunter2'),
      withSecret('env:A\n hunter2: : hunter2'),
      withSecret('*hunter2'),
      withSecret('!hunter2 x'),
      withSecret('{"password": "hunter2"'),
    ]) {
      const { message, stack, cause } = invalidConfig(() => parseConfig(text, FILE));
      expect(`${message} ${stack} ${String(cause)}`).not.toContain('hunter2');
    }
  });
});

describe('the key of a secret', () => {
  const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/landfall-AbCdEf';
  const withKey = (key: string, secret = ARN) => withSource(`secret_kms_key: ${key}`).replace('env:SHOP_DB', secret);

  it('is none of your own unless it is named', () => {
    expect(parseConfig(withSecret(ARN), FILE).sources.get('shop')?.secretKmsKeyArn).toBeUndefined();
    expect(parseConfig(withKey(KEY), FILE).sources.get('shop')?.secretKmsKeyArn).toBe(KEY);
  });

  it.each([
    [withKey('alias/secrets'), /secret_kms_key: found a value that is not shown here.*; allowed: the ARN of a KMS key/],
    [withKey(KEY, 'env:SHOP_DB'), /found the key of a secret that AWS does not keep; allowed: with secret: arn:aws:/],
  ])('is refused when it cannot be one', (text, message) => {
    expect(linesOf(text)).toEqual([expect.stringMatching(message)]);
  });
});

describe('the bucket', () => {
  it.each(['abc', 'acme.data-lake.1', 'a'.repeat(63)])('may be %s', (bucket) => {
    expect(parseConfig(withBucket(bucket), FILE).target.bucket).toBe(bucket);
  });

  it.each([
    'ab',
    'a'.repeat(64),
    'Abc',
    'a_b',
    '-abc',
    'abc-',
    'a..b',
    '192.168.0.1',
    'xn--abc',
    'abc-s3alias',
    'abc--x-s3',
    '""',
    '123',
  ])('may not be %s', (bucket) => {
    expect(linesOf(withBucket(bucket))).toEqual([
      expect.stringMatching(/^2: target\.bucket: found .*; allowed: a bucket's name/),
    ]);
  });

  it.each(['a/../b', './a', 'a//b', '"a\\\\b"', '"a\\tb"', '7'])('may not have the prefix %s', (prefix) => {
    expect(linesOf(withBucket(`abc, prefix: ${prefix}`))).toEqual([
      expect.stringMatching(/^2: target\.prefix: found .*; allowed: folders such as raw\/landfall\//),
    ]);
  });
});

describe('a schedule', () => {
  it.each([
    'cron(0 3 * * ? *)',
    'cron(15 10 ? * 6L 2026-2028)',
    'cron(0/15 8-18 ? * MON-FRI *)',
    'rate(1 hour)',
    'rate(5 minutes)',
    'at(2026-01-31T03:00:00)',
  ])('may be %s', (schedule) => {
    expect(parseConfig(withSource(`schedule: ${schedule}`), FILE).sources.get('shop')?.schedule).toBe(schedule);
  });

  it.each([
    '0 3 * * *',
    'cron(0 3 * * *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
    'rate(0 hours)',
    'rate(5 weeks)',
    'at(tomorrow)',
    'daily',
  ])('may not be %s', (schedule) => {
    expect(linesOf(withSource(`schedule: "${schedule}"`))).toEqual([
      expect.stringMatching(/^7: sources\.shop\.schedule: found .*; allowed: cron\(minutes hours/),
    ]);
  });
});

describe('the connection', () => {
  it.each(['db.example.com', '10.0.0.7', '"::1"', '"[2001:db8::1]"'])('may go to the host %s', (host) => {
    expect(parseConfig(withSource(`host: ${host}`), FILE).sources.get('shop')?.host).toBe(host.replaceAll('"', ''));
  });

  it.each([
    ['host: db/shop', /host: found "db\/shop"; allowed: a host name or an address alone/],
    ['host: u@db', /host: found "u@db"; allowed: a host name/],
    ['port: 0', /port: found 0; allowed: a whole number from 1 to 65535/],
    ['port: 65536', /port: found 65536; allowed/],
    ['port: "5432"', /port: found "5432"; allowed: a whole number/],
    ['port: 1.5', /port: found 1\.5; allowed: a whole number/],
    ['database: ""', /database: found ""; allowed: the name of a database/],
    ['max_concurrency: 1001', /max_concurrency: found 1001; allowed: a whole number from 2 to 1000.*AWS/],
    ['ssl: true', /ssl: found true; allowed: a mapping with mode and ca/],
    ['ssl: {mode: verify}', /ssl\.mode: found "verify"; allowed: verify-full, require, disable/],
    [
      'ssl: {mode: require, ca: x}',
      /ssl\.ca: found ca together with mode require, .*allowed: ca with mode verify-full/,
    ],
    ['sslmode: require', /sslmode: found an unknown key/],
  ])('may not have %s', (line, expected) => {
    expect(linesOf(withSource(line))).toEqual([expect.stringMatching(expected)]);
  });

  it.each(['verify-full', 'require', 'disable'])('may have TLS %s', (mode) => {
    expect(parseConfig(withSource(`ssl: {mode: ${mode}}`), FILE).sources.get('shop')?.ssl).toEqual({
      mode,
      ca: undefined,
    });
  });
});
