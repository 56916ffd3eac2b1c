import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from '@jest/globals';
import type { AlertMessage } from '../../shared/alert/alerts.ts';

/**
 * Compares a text with the one that somebody has looked at and found good. With LANDFALL_UPDATE_GOLDENS=1 it is written
 * instead, to be looked at again.
 */
export function expectGolden(path: string, text: string): void {
  if (process.env.LANDFALL_UPDATE_GOLDENS === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}

export function expectGoldenEmail(name: string, { subject, body }: AlertMessage): void {
  expectGolden(`test/fixtures/emails/${name}.txt`, `Subject: ${subject}\n\n${body}`);
}
