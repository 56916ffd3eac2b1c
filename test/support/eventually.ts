import { setTimeout } from 'node:timers/promises';

const WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 10;

/** Waits until a condition holds. @throws Error when it does not come to hold in time. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what = () => 'the awaited condition',
): Promise<void> {
  const untilMs = Date.now() + WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error(`${what()} did not come to hold within ${WITHIN_MS / 1000} s`);
    await setTimeout(LOOK_EVERY_MS);
  }
}
