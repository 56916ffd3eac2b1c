import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queueNames } from '../../../shared/config/resource-names.ts';
import { fleetQueues } from '../../../shared/lambda/fleet-services.ts';
import { fleetSettings, parseSettings } from '../../../shared/lambda/settings.ts';
import { systemClock } from '../../../shared/lambda/system-clock.ts';

/** Takes every call of SQS, and notes the queue that it was for. */
const asked: string[] = [];
let server: Server;
let endpoint: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => {
      body += piece.toString('utf8');
    });
    request.on('end', () => {
      asked.push((JSON.parse(body) as { QueueUrl: string }).QueueUrl);
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function queuesOf(variables: Record<string, string>) {
  const environment = { LANDFALL_QUEUES: '{}', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_SQS: endpoint };
  return fleetQueues(parseSettings(fleetSettings, { ...environment, ...variables }), systemClock, () => 0.5);
}

describe('the queues of a fleet', () => {
  const baseUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';
  const place = { LANDFALL_QUEUE_PLACE: JSON.stringify({ stage: 'prod', baseUrl }) };

  it('are found by their names where they are not named one by one', async () => {
    const queues = queuesOf(place);
    for (const source of ['shop', 'shop-dlq']) {
      asked.length = 0;
      await queues.deadLettersOf(source).receive(30);
      expect(asked).toEqual([baseUrl + queueNames('prod', source).deadLetterQueue]);
    }
  });

  it('are those that are named, where one is', async () => {
    const named = { shop: { queueUrl: `${baseUrl}a`, deadLetterQueueUrl: `${baseUrl}b` } };
    asked.length = 0;
    await queuesOf({ ...place, LANDFALL_QUEUES: JSON.stringify(named) })
      .deadLettersOf('shop')
      .receive(30);
    expect(asked).toEqual([`${baseUrl}b`]);
  });

  it('are missed with a word of what to do', () => {
    expect(() => queuesOf({}).ofSource('shop')).toThrow(expect.objectContaining({ code: 'QUEUE_NOT_CONFIGURED' }));
  });
});
