import { setTimeout } from 'node:timers/promises';

const ROUNDS = 12;
const ROUND_MS = 10;

/** Lets servers and clients in this process do what they can, in so many rounds that a busy machine makes no difference. */
export async function letSettle(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) await setTimeout(ROUND_MS);
}
