/** What the values of a column lost on landing, and which setting keeps it. */
export interface ValueLoss {
  /** Goes on from "3 values of at". */
  readonly loss: string;
  readonly remedy: string | undefined;
}

const SEVENTH_DIGIT: ValueLoss = {
  loss: 'lost the 7th digit of a second',
  remedy: '`temporal: nanos` or `temporal: text`',
};

const HALF_A_PAIR: ValueLoss = {
  loss: 'held half of a surrogate pair, which UTF-8 cannot hold; U+FFFD landed in its place',
  remedy: undefined,
};

/** Of a column whose values are counted as lossy: times lose a digit, everything else is text. */
export function valueLossOf(sourceType: string): ValueLoss {
  return /^(time|datetime)/i.test(sourceType) ? SEVENTH_DIGIT : HALF_A_PAIR;
}
