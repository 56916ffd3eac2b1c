import { describe, expect, it } from '@jest/globals';
import { valueLossOf } from '../../../shared/core/value-loss.ts';

describe('what counted values have lost', () => {
  it.each(['time(7)', 'datetime2(7)', 'datetimeoffset(7)', 'DATETIME2'])('is a digit for %s', (type) => {
    expect(valueLossOf(type)).toMatchObject({ loss: expect.stringContaining('7th digit'), remedy: expect.any(String) });
  });

  it.each(['nvarchar(50)', 'ntext', 'sql_variant'])('is half a character for %s, which nothing keeps', (type) => {
    expect(valueLossOf(type)).toMatchObject({ loss: expect.stringContaining('surrogate'), remedy: undefined });
  });
});
