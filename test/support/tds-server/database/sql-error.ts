/** An error as SQL Server raises it: number, severity (called class on the wire), state and its English text. */
export class SqlServerError extends Error {
  override readonly name = 'SqlServerError';
  readonly number: number;
  readonly severity: number;
  readonly state: number;
  /** Errors the server sends behind this one, in the same answer. */
  readonly further: readonly SqlServerError[];
  /** The line of the batch, from 1. */
  line = 1;

  constructor(number: number, severity: number, state: number, message: string, further: SqlServerError[] = []) {
    super(message);
    this.number = number;
    this.severity = severity;
    this.state = state;
    this.further = further;
  }
}

const raise = (number: number, severity: number, state: number, message: string) =>
  new SqlServerError(number, severity, state, message);

/** The texts of sys.messages, language 1033. */
export const sqlError = {
  syntax: (near: string) => raise(102, 15, 1, `Incorrect syntax near '${near}'.`),
  keyword: (near: string) => raise(156, 15, 1, `Incorrect syntax near the keyword '${near}'.`),
  unclosedText: (text: string) => raise(105, 15, 1, `Unclosed quotation mark after the character string '${text}'.`),
  missingComment: () => raise(113, 15, 1, "Missing end comment mark '*/'."),
  undeclared: (name: string) => raise(137, 15, 2, `Must declare the scalar variable "${name}".`),
  unknownFunction: (name: string) => raise(195, 15, 10, `'${name}' is not a recognized built-in function name.`),
  unknownPart: (part: string, name: string) => raise(155, 15, 1, `'${part}' is not a recognized ${name} option.`),
  argumentCount: (name: string, count: number) =>
    raise(174, 15, 1, `The ${name} function requires ${count} argument(s).`),
  unequalUnion: () =>
    raise(
      205,
      16,
      1,
      'All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.',
    ),
  clash: (one: string, other: string) => raise(206, 16, 2, `Operand type clash: ${one} is incompatible with ${other}`),
  invalidColumn: (name: string) => raise(207, 16, 1, `Invalid column name '${name}'.`),
  invalidObject: (name: string) => raise(208, 16, 1, `Invalid object name '${name}'.`),
  ambiguousColumn: (name: string) => raise(209, 16, 1, `Ambiguous column name '${name}'.`),
  selectDenied: (table: string, database: string, schema: string) =>
    raise(
      229,
      14,
      5,
      `The SELECT permission was denied on the object '${table}', database '${database}', schema '${schema}'.`,
    ),
  badMoment: () => raise(241, 16, 1, 'Conversion failed when converting date and/or time from character string.'),
  badOperand: (type: string, operator: string) =>
    raise(8117, 16, 1, `Operand data type ${type} is invalid for ${operator} operator.`),
  unknownType: (name: string) => raise(243, 16, 1, `Type ${name} is not a defined system type.`),
  badText: (from: string, text: string, to: string) =>
    raise(245, 16, 1, `Conversion failed when converting the ${from} value '${text}' to data type ${to}.`),
  trackingDenied: (table: string, database: string, schema: string) =>
    raise(
      229,
      14,
      5,
      `The VIEW CHANGE TRACKING permission was denied on the object '${table}', database '${database}', schema '${schema}'.`,
    ),
  notTracked: (table: string) => raise(22105, 16, 1, `Change tracking is not enabled on table '${table}'.`),
  changesWithoutAlias: () => raise(22104, 16, 1, 'A table returned by the CHANGETABLE function must be aliased.'),
  databaseStateDenied: (database: string) =>
    new SqlServerError(262, 14, 1, `VIEW DATABASE STATE permission denied in database '${database}'.`, [
      raise(297, 16, 1, 'The user does not have permission to perform this action.'),
    ]),
  sampleOfNoTable: () => raise(494, 16, 1, 'The TABLESAMPLE clause can only be used with local tables.'),
  nullInserted: (column: string, table: string, statement: string) =>
    raise(
      515,
      16,
      2,
      `Cannot insert the value NULL into column '${column}', table '${table}'; column does not allow nulls. ${statement} fails.`,
    ),
  momentOverflow: (type: string) => raise(517, 16, 1, `Adding a value to a '${type}' column caused an overflow.`),
  partOfType: (part: string, name: string, type: string) =>
    raise(9810, 16, 1, `The datepart ${part} is not supported by date function ${name} for data type ${type}.`),
  explicitConversion: (from: string, to: string) =>
    raise(529, 16, 2, `Explicit conversion from data type ${from} to ${to} is not allowed.`),
  noDatabase: (name: string) =>
    raise(911, 16, 1, `Database '${name}' does not exist. Make sure that the name is entered correctly.`),
  databaseDenied: (user: string, name: string) =>
    raise(
      916,
      14,
      2,
      `The server principal "${user}" is not able to access the database "${name}" under the current security context.`,
    ),
  orderInSubquery: () =>
    raise(
      1033,
      15,
      1,
      'The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.',
    ),
  mustSpecifyTable: () => raise(263, 16, 1, 'Must specify table to select from.'),
  unknownPrefix: (name: string) =>
    raise(107, 15, 1, `The column prefix '${name}' does not match with a table name or alias name used in the query.`),
  lockTimeout: () => raise(1222, 16, 51, 'Lock request time out period exceeded.'),
  duplicateKey: (constraint: string, table: string, values: string) =>
    raise(
      2627,
      14,
      1,
      `Violation of PRIMARY KEY constraint '${constraint}'. Cannot insert duplicate key in object '${table}'. The duplicate key value is (${values}).`,
    ),
  duplicateIndexRow: (index: string, table: string, values: string) =>
    raise(
      2601,
      14,
      1,
      `Cannot insert duplicate key row in object '${table}' with unique index '${index}'. The duplicate key value is (${values}).`,
    ),
  objectExists: (name: string) => raise(2714, 16, 6, `There is already an object named '${name}' in the database.`),
  noProcedure: (name: string) => raise(2812, 16, 62, `Could not find stored procedure '${name}'.`),
  cannotDrop: (name: string) =>
    raise(3701, 11, 5, `Cannot drop the table '${name}', because it does not exist or you do not have permission.`),
  snapshotNotAllowed: (database: string) =>
    raise(
      3952,
      16,
      1,
      `Snapshot isolation transaction failed accessing database '${database}' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.`,
    ),
  cannotOpen: (database: string) =>
    raise(4060, 11, 1, `Cannot open database "${database}" requested by the login. The login failed.`),
  unbound: (name: string) => raise(4104, 16, 1, `The multi-part identifier "${name}" could not be bound.`),
  conversion: (from: string, to: string) => raise(8114, 16, 5, `Error converting data type ${from} to ${to}.`),
  overflow: (type: string) =>
    raise(8115, 16, 2, `Arithmetic overflow error converting expression to data type ${type}.`),
  divideByZero: () => raise(8134, 16, 1, 'Divide by zero error encountered.'),
  unnamedColumn: (place: number, table: string) =>
    raise(8155, 16, 2, `No column name was specified for column ${place} of '${table}'.`),
  repeatedColumn: (name: string, table: string) =>
    raise(8156, 16, 1, `The column '${name}' was specified multiple times for '${table}'.`),
  badUniqueidentifier: () =>
    raise(8169, 16, 2, 'Conversion failed when converting from a character string to uniqueidentifier.'),
};
