import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eventHandler } from '../../../shared/lambda/event-handler.ts';
import { contextOf, notedLogger } from './lambda-rig.ts';

const definition = {
  settings: z.object({ NAME: z.string() }),
  build: async ({ NAME: name }: { NAME: string }) => ({ name }),
  handle: async (event: unknown, { name }: { name: string }) => ({ event, name }),
};

describe('a handler of single events', () => {
  it('gives the event as it came, and the answer back', async () => {
    const handler = eventHandler(definition, { environment: { NAME: 'x' }, logger: notedLogger().logger });
    expect(await handler({ a: 1 }, contextOf(60_000))).toEqual({ event: { a: 1 }, name: 'x' });
  });

  it('fails with the typed error when it cannot start', async () => {
    const log = notedLogger();
    const handler = eventHandler(definition, { environment: {}, logger: log.logger });
    await expect(handler({}, contextOf(60_000))).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(log.lines()).toMatchObject([{ message: 'Cold start failed', error_code: 'SETTINGS_INVALID' }]);
  });
});
