import { expect, it } from '@jest/globals';
import { send } from '../../../../shared/source/mssql/statement.ts';
import { AnsweredRequest } from './extraction-rig.ts';

/** How the driver would declare the parameters of a request, and what it got for them. */
function declared({ request, connection }: AnsweredRequest): [string, unknown][] {
  const { parameters } = request as unknown as {
    parameters: { type: { declaration(parameter: object, options: object): string }; value: unknown }[];
  };
  return parameters.map((each) => [each.type.declaration(each, connection.config.options), each.value]);
}

it('declares texts of every length alike, as far as they fit, and numbers as they are', () => {
  const asked = new AnsweredRequest();
  send(asked.connection, asked.request, [
    { name: 'from1', kind: 'text', value: '' },
    { name: 'from2', kind: 'text', value: "o'b 😀" },
    { name: 'from3', kind: 'text', value: 'x'.repeat(4_000) },
    { name: 'from4', kind: 'text', value: 'x'.repeat(4_001) },
    { name: 'to1', kind: 'float', value: '1.7976931348623157e+308' },
    { name: 'to2', kind: 'real', value: '0.10000000149011612' },
    { name: 'after', kind: 'bigint', value: '9223372036854775807' },
  ]);
  expect(declared(asked)).toEqual([
    ['nvarchar(4000)', ''],
    ['nvarchar(4000)', "o'b 😀"],
    ['nvarchar(4000)', 'x'.repeat(4_000)],
    ['nvarchar(max)', 'x'.repeat(4_001)],
    ['float', 1.7976931348623157e308],
    ['real', Math.fround(0.1)],
    ['bigint', 9223372036854775807n],
  ]);
});
