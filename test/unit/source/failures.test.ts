import { describe, expect, it } from '@jest/globals';
import { ConfigError, SourceError } from '../../../shared/core/errors.ts';
import { closedError, driverErrorOf, stalled } from '../../../shared/source/failures.ts';

describe('failures that every dialect has', () => {
  it('say how long nothing came, and that the source was closed', () => {
    const silence = stalled('reading a.b', 500);
    expect(silence).toBeInstanceOf(SourceError);
    expect(silence).toMatchObject({
      code: 'SOURCE_STALLED',
      retry: 'transient',
      message: 'Failed reading a.b: the server sent nothing for 500 ms.',
    });
    expect(silence.remedy).toContain('`stall_timeout`');
    expect(closedError('reading a.b')).toBeInstanceOf(ConfigError);
  });

  it("are the driver's own, however deep Sequelize wrapped them", () => {
    const original = new Error('refused');
    const parent = Object.assign(new Error('wrapped'), { parent: original, original });
    for (const thrown of [original, parent, Object.assign(new Error(), { original: parent })]) {
      expect(driverErrorOf(thrown)).toBe(original);
    }
    const circle: { original?: unknown } = {};
    circle.original = circle;
    expect(driverErrorOf(circle)).toBe(circle);
    expect(driverErrorOf(undefined)).toBeUndefined();
  });
});
