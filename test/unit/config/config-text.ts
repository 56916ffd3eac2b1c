import { parseConfig } from '../../../shared/config/parse-config.ts';
import { type ConfigProblem, InvalidConfigError } from '../../../shared/config/problems.ts';

export const FILE = 'landfall.yaml';

/** A sound configuration of one source whose tables, and whatever else, come from the test. The tables begin in line 7. */
export function shopWith(tables: string, sourceLines = ''): string {
  return `version: 1
target: { bucket: acme-data-lake }
sources:
  shop:
    dialect: postgres
    secret: env:SHOP_DB
${sourceLines}    tables:
${tables.replace(/^/gm, '      ')}
`;
}

export function problemsOf(text: string, options: Parameters<typeof parseConfig>[2] = {}): readonly ConfigProblem[] {
  return invalidConfig(() => parseConfig(text, FILE, options)).problems;
}

export function invalidConfig(work: () => unknown): InvalidConfigError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof InvalidConfigError) return thrown;
    throw thrown;
  }
  throw new Error('The configuration was accepted.');
}

/** As the user sees them, without the file. */
export function linesOf(text: string, options: Parameters<typeof parseConfig>[2] = {}): string[] {
  return problemsOf(text, options).map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}
