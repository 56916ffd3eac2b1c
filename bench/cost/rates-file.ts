import type { LandingRate, MeasuredRates, RatedDialect, RatedForm } from '../../shared/core/measured-rates.ts';

const DIALECTS: readonly RatedDialect[] = ['mssql', 'postgres'];
const FORMS: readonly RatedForm[] = ['parquet/zstd', 'csv/gzip', 'jsonl/gzip'];
const DECLARATION = 'export const MEASURED_RATES: MeasuredRates = {';

/** The text of shared/core/measured-rates.ts with other constants. @throws Error when it does not declare any */
export function withRates(source: string, measured: MeasuredRates): string {
  const at = source.indexOf(DECLARATION);
  if (at < 0) throw new Error(`The file does not have "${DECLARATION}".`);
  return source.slice(0, at) + declaration(measured);
}

function declaration({ measuredOn, machine, peakRssMb, rates }: MeasuredRates): string {
  const dialectLines = (dialect: RatedDialect) => [
    `    ${dialect}: {`,
    ...FORMS.map((form) => `      '${form}': ${rateText(rates[dialect][form])},`),
    '    },',
  ];
  return [
    DECLARATION,
    `  measuredOn: '${measuredOn}',`,
    `  machine: '${machine.replaceAll("'", '')}',`,
    `  peakRssMb: ${peakRssMb},`,
    '  rates: {',
    ...DIALECTS.flatMap(dialectLines),
    '  },',
    '};',
    '',
  ].join('\n');
}

function rateText({ cpuMicrosPerRow, cpuNanosPerByte, cpusUsed }: LandingRate): string {
  return `{ cpuMicrosPerRow: ${cpuMicrosPerRow}, cpuNanosPerByte: ${cpuNanosPerByte}, cpusUsed: ${cpusUsed} }`;
}
