import { LandfallError } from '../../shared/core/errors.ts';

/** Wrong usage or configuration, as with the landfall command. */
const WRONG_USAGE = 2;

/**
 * Runs a command of deployment. What its user can mend is told in a line or two and by the exit code; anything else is a
 * mistake of ours, whose stack trace is of use.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.stderr.write(told(error));
    process.exitCode = WRONG_USAGE;
  }
}

function told(error: unknown): string {
  if (error instanceof LandfallError) {
    const remedy = error.remedy === undefined ? '' : `${error.remedy}\n`;
    return `${error.code}: ${error.message}\n${remedy}`;
  }
  const isOption = error instanceof TypeError && (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  if (isOption === true) return `${error.message}\n`;
  throw error;
}
