import { type Data, DataType } from 'apache-arrow';
import { fixedBytes } from './fixed-bytes.ts';
import { datePrinter, momentPrinter, timePrinter } from './moment-printers.ts';
import { decimalPrinter, floatPrinter, intPrinter } from './number-printers.ts';
import { float32Text, float64Text } from './numbers.ts';
import type { PrintCell, Printer } from './printer.ts';

const float32Precision = 1;

/** The printer of a type; undefined for texts and binaries, which are written as bytes. */
export function printerFor(type: DataType): Printer | undefined {
  if (DataType.isBool(type)) return { isBare: true, bind: bindBool };
  if (DataType.isInt(type)) return intPrinter(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type)) return floatPrinter(type.precision === float32Precision ? float32Text : float64Text);
  if (DataType.isDecimal(type)) return decimalPrinter(type.scale);
  if (DataType.isDate(type)) return datePrinter;
  if (DataType.isTime(type)) return timePrinter(type.unit, type.bitWidth);
  if (DataType.isTimestamp(type)) return momentPrinter(type.unit, type.timezone);
  return undefined;
}

const truth = fixedBytes('true');
const falsehood = fixedBytes('false');

function bindBool(data: Data): PrintCell {
  const { values, offset } = data as { values: Uint8Array; offset: number };
  return (out, row) => {
    const bit = offset + row;
    out.fixed(((values[bit >> 3]! >> (bit & 7)) & 1) === 1 ? truth : falsehood);
  };
}
