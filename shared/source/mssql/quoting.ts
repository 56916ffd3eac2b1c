/** A name in brackets, with `]` doubled. Any text is taken: what is no name of the server's is for it to refuse. */
export function bracketed(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}

/** What to do about a column that cannot be landed as it is. */
export function castRemedy(column: string): string {
  return `Write the table as \`sql\` and cast the column there: CAST(${bracketed(column)} AS nvarchar(max)).`;
}
