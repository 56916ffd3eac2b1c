import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { operatorClients } from '../../../shared/lambda/operator-clients.ts';

/** The SDK looks here itself, so that these are of the process. */
const LOOKED_AT = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_REGION', 'AWS_PROFILE'] as const;

describe('the AWS of a person at a terminal', () => {
  let folder: string;
  const before = new Map<string, string | undefined>();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-aws-'));
    const configFile = join(folder, 'config');
    writeFileSync(configFile, '[profile data]\nregion = eu-west-3\n');
    for (const name of LOOKED_AT) before.set(name, process.env[name]);
    for (const name of LOOKED_AT) delete process.env[name];
    process.env.AWS_CONFIG_FILE = configFile;
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const regionOf = async (...given: Parameters<typeof operatorClients>) => {
    const clients = await operatorClients(...given);
    try {
      return await Promise.all([
        clients.s3.config.region(),
        clients.sqs.config.region(),
        clients.secrets.config.region(),
      ]);
    } finally {
      clients.destroy();
    }
  };
  const all = (region: string) => [region, region, region];

  it('is in the region that is asked for, before all others', async () => {
    const environment = { AWS_REGION: 'us-west-2' };
    expect(await regionOf({ region: 'eu-central-1', profile: 'data' }, environment)).toEqual(all('eu-central-1'));
  });

  it('is in the region of the chosen profile, before that of the environment', async () => {
    expect(await regionOf({ profile: 'data' }, { AWS_REGION: 'us-west-2' })).toEqual(all('eu-west-3'));
  });

  it.each([
    [{ AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-west-2'],
    [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2'],
  ])('is in the region of the environment %j', async (environment, region) => {
    expect(await regionOf({}, environment)).toEqual(all(region));
  });

  it('is refused where nothing names a region', async () => {
    await expect(operatorClients({}, {})).rejects.toMatchObject({
      code: 'REGION_MISSING',
      remedy: expect.stringContaining('--region'),
    });
  });

  it('shows no credentials to services on this machine', async () => {
    const environment = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' };
    const clients = await operatorClients({ profile: 'data' }, environment);
    expect(await clients.s3.config.credentials()).toMatchObject({ accessKeyId: 'local', secretAccessKey: 'local' });
    clients.destroy();
  });
});
