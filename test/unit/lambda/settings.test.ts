import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../shared/core/errors.ts';
import { type Environment, extractorSettings, fleetSettings, parseSettings } from '../../../shared/lambda/settings.ts';

const QUEUES = { shop: { queueUrl: 'http://127.0.0.1:1/q', deadLetterQueueUrl: 'http://127.0.0.1:1/d' } };
const good: Environment = { LANDFALL_QUEUES: JSON.stringify(QUEUES) };

function refusal(environment: Environment): ConfigError {
  try {
    parseSettings(extractorSettings, environment);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigError);
    return thrown as ConfigError;
  }
  throw new Error('the settings were taken');
}

describe('the settings of a function', () => {
  it('are read with their defaults', () => {
    expect(parseSettings(extractorSettings, { ...good, LANDFALL_RETRY_BASE_MS: '10' })).toEqual({
      LANDFALL_CONFIG: 'config/landfall.yaml',
      LANDFALL_QUEUES: QUEUES,
      LANDFALL_REPLAY_COMMAND: 'npx landfall replay',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 1_769,
      LANDFALL_MAX_RECEIVE_COUNT: 5,
      LANDFALL_OVERLAP_WAIT_MS: 60_000,
      LANDFALL_RETRY_BASE_MS: 10,
      LANDFALL_RETRY_MAX_MS: 900_000,
    });
  });

  it('read the base of an original file from JSON', () => {
    const base = { origin: 'template', target: { bucket: 'lake' } };
    const settings = parseSettings(fleetSettings, { ...good, LANDFALL_CONFIG_BASE: JSON.stringify(base) });
    expect(settings.LANDFALL_CONFIG_BASE).toEqual(base);
  });

  it('read where the queues are that are not named one by one', () => {
    const place = { stage: 'prod', baseUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/' };
    const settings = parseSettings(fleetSettings, {
      LANDFALL_QUEUES: '{}',
      LANDFALL_QUEUE_PLACE: JSON.stringify(place),
    });
    expect(settings.LANDFALL_QUEUE_PLACE).toEqual(place);
  });

  it('are refused with every wrong variable at once and none of the values', () => {
    const error = refusal({
      LANDFALL_CONFIG: '',
      LANDFALL_QUEUES: '{"shop": hunter2',
      LANDFALL_MAX_RECEIVE_COUNT: 'hunter2',
      LANDFALL_RETRY_BASE_MS: '-5',
      AWS_ENDPOINT_URL_S3: 'hunter2',
    });
    expect([error.code, error.retry]).toEqual(['SETTINGS_INVALID', 'permanent']);
    const names = ['LANDFALL_CONFIG', 'LANDFALL_QUEUES', 'LANDFALL_MAX_RECEIVE_COUNT', 'LANDFALL_RETRY_BASE_MS'];
    for (const name of [...names, 'AWS_ENDPOINT_URL_S3']) expect(error.message).toContain(`${name}: `);
    expect(error.message).not.toContain('hunter2');
    expect(error.message).not.toContain('-5');
    expect(error.message.split('\n')).toHaveLength(1);
    expect(error.remedy).toContain('Deploy');
  });

  it.each([
    ['nothing', undefined, 'LANDFALL_QUEUES: expected JSON, found nothing'],
    [
      'a queue without dead letters',
      '{"shop":{"queueUrl":"http://127.0.0.1/q"}}',
      'LANDFALL_QUEUES.shop.deadLetterQueueUrl',
    ],
    ['no URL', '{"shop":{"queueUrl":"q","deadLetterQueueUrl":"http://127.0.0.1/d"}}', 'LANDFALL_QUEUES.shop.queueUrl'],
    ['a list', '[]', 'LANDFALL_QUEUES: '],
  ])('name the place when the queues are %s', (_, text, expected) => {
    expect(refusal({ LANDFALL_QUEUES: text }).message).toContain(expected);
  });
});
