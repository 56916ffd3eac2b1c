/** As tedious makes it of an ERROR token. */
export function serverError(number: number, rest: object = {}): Error {
  const facts = { code: 'EREQUEST', number, state: 7, class: 16, serverName: 'db1', procName: '', lineNumber: 1 };
  return Object.assign(new Error('the server says no.'), facts, rest);
}

/** As Sequelize wraps it. */
export function wrapped(error: Error): Error {
  const facts = { name: 'SequelizeDatabaseError', parent: error, original: error, sql: 'SELECT 1' };
  return Object.assign(new Error(error.message), facts);
}
