import * as z from 'zod';

const ENTRY_RULE = 'a table_name and its sql_query';
const LIST_RULE = 'a list of {"table_name": …, "sql_query": …} with at least one entry';

const originalEntrySchema = z
  .strictObject(
    {
      table_name: z
        .string('the name to land under')
        .min(1, 'the name to land under')
        .describe('Name under which the rows land.'),
      sql_query: z.string('a query').describe('The query; semicolons at its end are dropped.'),
    },
    ENTRY_RULE,
  )
  .meta({ title: 'Original table', description: 'A table as the original file has it.' });

/** The list of the original's file, such as `[{table_name: employee, sql_query: select …;}]`. */
export const originalListSchema = z
  .array(originalEntrySchema, LIST_RULE)
  .min(1, LIST_RULE)
  .describe('The tables of an original file.');

/** The original's whole file: `{"Tables": [{"table_name": "employee", "sql_query": "select …;"}]}`. */
export const originalTablesSchema = z
  .strictObject({ Tables: originalListSchema }, LIST_RULE)
  .meta({ title: 'Original file', description: 'An original file as it is.' });
