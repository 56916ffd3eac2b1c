import { describe, expect, it } from '@jest/globals';
import { normalTemplate, templateProblem } from '../../../shared/config/object-template.ts';
import { DEFAULT_TEMPLATE } from '../../../shared/core/object-key.ts';

describe('templateProblem', () => {
  it.each([
    DEFAULT_TEMPLATE,
    '{table}',
    'raw.v2/{table}/dt={YYYY}-{MM}-{DD}/{HH}/',
    'a b/Größe+x@y,z/{schema}.{table}.',
    'x/_landfall/{table}/',
  ])('finds nothing wrong with %s', (template) => {
    expect(templateProblem(template)).toBeUndefined();
  });

  it.each([
    [
      '{source}/{tabel}/',
      'found the unknown variable {tabel}; allowed: {source} {schema} {table} {run_id} {YYYY} {MM} {DD} {HH} (did you mean "{table}"?)',
    ],
    ['{table}/{runId}/', expect.stringMatching(/\{runId\}; .*\(did you mean "\{run_id\}"\?\)$/)],
    ['{table}/{}/', expect.stringMatching(/^found the unknown variable \{\}; allowed: [^?]*$/)],
    ['{source}/{schema}/', expect.stringMatching(/^found a template without \{table\}/)],
    ['/{table}/', expect.stringMatching(/^found an empty folder/)],
    ['a//{table}/', expect.stringMatching(/^found an empty folder/)],
    ['{table}//', expect.stringMatching(/^found an empty folder/)],
    ['../{table}/', expect.stringMatching(/^found a folder of dots only/)],
    ['a/./{table}/', expect.stringMatching(/^found a folder of dots only/)],
    ['.{schema}./{table}', expect.stringMatching(/^found a folder of dots only/)],
    ['_landfall/{table}/', expect.stringMatching(/^found _landfall\/ in front; .*ledger$/)],
    ['{table}/{', expect.stringMatching(/^found a character/)],
    ['{{table}}', expect.stringMatching(/^found a character/)],
    ['a\\{table}', expect.stringMatching(/^found a character/)],
    ['a%20/{table}', expect.stringMatching(/^found a character/)],
    ['a?*/{table}', expect.stringMatching(/^found a character/)],
  ])('refuses %s', (template, expected) => {
    expect(templateProblem(template)).toEqual(expected);
  });
});

it('ends with one slash', () => {
  expect([normalTemplate('{table}'), normalTemplate('{table}/')]).toEqual(['{table}/', '{table}/']);
});
