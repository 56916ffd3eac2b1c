import { TEMPLATE_VARIABLES } from '../core/object-key.ts';
import { didYouMean } from './suggest.ts';

/** Where the ledger lives beside the tables: nothing else may land there. */
const LEDGER_FOLDER = '_landfall';
const VARIABLE = /\{([^{}]*)\}/g;
const LITERAL = /^[\p{L}\p{M}\p{N}_.=+@, -]*$/u;

/** What is wrong with an `object` template and what is allowed; undefined when it is sound. */
export function templateProblem(template: string): string | undefined {
  const variables = Array.from(template.matchAll(VARIABLE), ([, name = '']) => name);
  const known: readonly string[] = TEMPLATE_VARIABLES;
  const unknown = variables.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const allowed = known.map((name) => `{${name}}`);
    return `found the unknown variable {${unknown}}; allowed: ${allowed.join(' ')}${didYouMean(`{${unknown}}`, allowed)}`;
  }
  if (!variables.includes('table')) {
    return 'found a template without {table}; allowed: one with {table}, so that every table has a folder of its own';
  }
  return segmentsProblem(template.replace(/\/$/, '').split('/'));
}

function segmentsProblem(segments: readonly string[]): string | undefined {
  if (segments.includes('')) return 'found an empty folder; allowed: single slashes between folders and none in front';
  if (segments[0] === LEDGER_FOLDER)
    return `found ${LEDGER_FOLDER}/ in front; allowed: any other folder, for this one holds the ledger`;
  const literals = segments.map((segment) => segment.replace(VARIABLE, ''));
  if (segments.some((segment) => /^\.{1,2}$/.test(segment.replaceAll('{schema}', '')))) {
    return 'found a folder of dots only; allowed: folders with names';
  }
  if (!literals.every((literal) => LITERAL.test(literal))) {
    return 'found a character that keys do not hold well; allowed: letters, digits, spaces, _ . = + @ , - and {variables}';
  }
  return undefined;
}

/** Ends with exactly one slash. */
export function normalTemplate(template: string): string {
  return template.endsWith('/') ? template : `${template}/`;
}
