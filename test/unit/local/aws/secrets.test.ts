import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from '@jest/globals';
import { localClientConfig } from '../../../../local/aws/local-client.ts';
import { type SecretsService, startSecretsService } from '../../../../local/aws/secrets.ts';

describe('the local Secrets Manager', () => {
  let service: SecretsService | undefined;
  let client: SecretsManagerClient | undefined;
  const secrets = new Map<string, string>();

  async function connect(): Promise<SecretsManagerClient> {
    service = await startSecretsService(secrets);
    client = new SecretsManagerClient(localClientConfig(service.endpoint));
    return client;
  }

  afterEach(async () => {
    secrets.clear();
    client?.destroy();
    await service?.close();
  });

  it('gives a secret by name and by ARN, and its new value after a rotation', async () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf';
    secrets.set(arn, '{"password":"one"}').set('plain', 'ü');
    const manager = await connect();
    expect(await manager.send(new GetSecretValueCommand({ SecretId: arn }))).toMatchObject({
      ARN: arn,
      Name: 'shop/db-AbCdEf',
      SecretString: '{"password":"one"}',
    });
    expect((await manager.send(new GetSecretValueCommand({ SecretId: 'plain' }))).SecretString).toBe('ü');
    secrets.set(arn, '{"password":"two"}');
    expect((await manager.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString).toBe('{"password":"two"}');
    expect(service?.requested).toEqual([arn, 'plain', arn]);
  });

  it('says so when there is no such secret', async () => {
    const manager = await connect();
    await expect(manager.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('refuses every other operation', async () => {
    const manager = await connect();
    await expect(manager.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  it.each(['', 'not json', '{"SecretId":7}'])('refuses the body %j', async (body) => {
    await connect();
    const response = await fetch(service!.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'ValidationException' });
  });
});
