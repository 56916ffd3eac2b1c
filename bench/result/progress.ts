const COLUMNS = 80;

/** A line for the screen, of at most 80 columns: what is to the right stays whole. */
export function progressLine(left: string, right: string): string {
  const room = COLUMNS - right.length - 1;
  const cut = left.length > room ? `${left.slice(0, Math.max(0, room - 1))}…` : left;
  return `${cut.padEnd(room)} ${right}`;
}
