import type { Temporal } from '../../../config/config.ts';

const TYPE_PARTS = /^(\w+)(?:\((.+)\))?$/;
const FULL_SCALE = '7';
const SEVENTH_DIGIT = 'the 7th digit of a second';

/**
 * What a value of a type may lose on landing, or undefined. `type` is as SQL writes it, such as `datetime2(7)`. Losses
 * that hang on a single value, such as half a surrogate pair, are counted while it is read and not told here.
 */
export function lossOf(type: string, temporal: Temporal): string | undefined {
  const [, name, scale] = TYPE_PARTS.exec(type) ?? [];
  switch (name) {
    case 'time':
      return scale === FULL_SCALE && cutsDigits(temporal) ? SEVENTH_DIGIT : undefined;
    case 'datetime2':
      return scale === FULL_SCALE ? lossOfDatetime2(temporal) : undefined;
    case 'datetimeoffset':
      if (temporal !== 'utc') return undefined;
      return scale === FULL_SCALE ? `its offset and ${SEVENTH_DIGIT}` : 'its offset';
    case 'sql_variant':
      return 'the type of each value';
    default:
      return undefined;
  }
}

const cutsDigits = (temporal: Temporal): boolean => temporal === 'micros' || temporal === 'utc';

/** 64 bits of nanoseconds reach no further. */
function lossOfDatetime2(temporal: Temporal): string | undefined {
  if (temporal === 'nanos') return 'moments before 1677-09-21 or after 2262-04-11 cannot land';
  return cutsDigits(temporal) ? SEVENTH_DIGIT : undefined;
}
