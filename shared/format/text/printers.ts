import { type Data, DataType, type TimeUnit } from 'apache-arrow';
import { dateText, secondUnits, timestampPrinter, timeText } from './calendar.ts';
import { decimalText, float32Text, float64Text, int64At, int128At, uint64At } from './numbers.ts';

/** The text of one cell that is not null; ASCII without quotes, backslashes, commas or line ends. */
export type CellText = (row: number) => string;

/** A column's printer: `bare` text is a number or a truth value, the rest needs quotes in JSON. */
export interface Printer {
  readonly isBare: boolean;
  /** Reads the values of one batch. */
  bind(data: Data): CellText;
}

const float32Precision = 1;
const int32Max = 2_147_483_647;

/** The printer of a type; undefined for texts and binaries, which are written as bytes. */
export function printerFor(type: DataType): Printer | undefined {
  if (DataType.isBool(type)) return { isBare: true, bind: bindBool };
  if (DataType.isInt(type)) return intPrinter(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type)) return floatPrinter(type.precision === float32Precision ? float32Text : float64Text);
  if (DataType.isDecimal(type)) return decimalPrinter(type.scale);
  if (DataType.isDate(type)) return datePrinter;
  if (DataType.isTime(type)) return timePrinter(type.unit, type.bitWidth);
  if (DataType.isTimestamp(type)) return timestampsPrinter(type.unit, type.timezone);
  return undefined;
}

function bindBool(data: Data): CellText {
  const { values, offset } = data as { values: Uint8Array; offset: number };
  return (row) => {
    const bit = offset + row;
    return ((values[bit >> 3]! >> (bit & 7)) & 1) === 1 ? 'true' : 'false';
  };
}

function intPrinter(bitWidth: number, isSigned: boolean): Printer {
  if (bitWidth < 64) {
    return {
      isBare: true,
      bind:
        ({ values }) =>
        (row) =>
          String(values[row]),
    };
  }
  const at = isSigned ? int64At : uint64At;
  return {
    isBare: true,
    bind(data) {
      const words = wordsOf(data);
      return (row) => String(at(words, row));
    },
  };
}

function floatPrinter(text: (value: number) => string): Printer {
  return {
    isBare: true,
    bind:
      ({ values }) =>
      (row) =>
        text(values[row]),
  };
}

function decimalPrinter(scale: number): Printer {
  return {
    isBare: true,
    bind(data) {
      const words = wordsOf(data);
      return (row) => decimalText(int128At(words, row), scale);
    },
  };
}

/** The extremes stand for infinities, as the sources write them. */
const datePrinter: Printer = {
  isBare: false,
  bind: ({ values }) =>
    rememberLast(
      (row) => values[row],
      (days) => {
        if (days === int32Max) return 'infinity';
        return days === -int32Max ? '-infinity' : dateText(days);
      },
    ),
};

function rememberLast(at: (row: number) => number, text: (value: number) => string): CellText {
  let last = Number.NaN;
  let lastText = '';
  return (row) => {
    const value = at(row);
    if (value !== last) {
      last = value;
      lastText = text(value);
    }
    return lastText;
  };
}

function timePrinter(timeUnit: TimeUnit, bitWidth: number): Printer {
  const unit = secondUnits[timeUnit]!;
  if (bitWidth === 32)
    return {
      isBare: false,
      bind:
        ({ values }) =>
        (row) =>
          timeText(values[row], unit),
    };
  return {
    isBare: false,
    bind(data) {
      const words = wordsOf(data);
      return (row) => timeText(Number(int64At(words, row)), unit);
    },
  };
}

/** A timestamp with a zone is an instant, stored in UTC whatever the zone's name, and so printed with `Z`. */
function timestampsPrinter(timeUnit: TimeUnit, zone: string | null | undefined): Printer {
  const suffix = zone === null || zone === undefined || zone === '' ? '' : 'Z';
  const print = timestampPrinter(secondUnits[timeUnit]!, suffix);
  return {
    isBare: false,
    bind(data) {
      const words = wordsOf(data);
      return (row) => {
        const low = words[row * 2]!;
        const high = words[row * 2 + 1]!;
        if (high === int32Max && low === -1) return 'infinity';
        if (high === -int32Max - 1 && low === 1) return '-infinity';
        return print(int64At(words, row));
      };
    },
  };
}

function wordsOf(data: Data): Int32Array {
  const { buffer, byteOffset, byteLength } = data.values as ArrayBufferView;
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}
