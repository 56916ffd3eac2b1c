import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';

interface WithFunctions {
  readonly functions?: unknown;
}

/** Small zips where a stack's bundles are expected, for tests of what surrounds them. */
export function writePlaceholders(folder: string, { functions }: WithFunctions): void {
  const zip = zipSync({ 'index.mjs': new TextEncoder().encode('export const handler = () => {};\n') });
  const settings = Object.values(functions as Record<string, { readonly package: { readonly artifact: string } }>);
  for (const { package: bundle } of settings) {
    const path = join(folder, bundle.artifact);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, zip);
  }
}
