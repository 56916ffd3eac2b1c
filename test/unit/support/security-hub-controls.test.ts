import { describe, expect, it } from '@jest/globals';
import { SECURITY_HUB_CONTROLS } from '../../support/security-hub-controls.ts';
import { STACK_RULES } from '../../support/stack-rules.ts';

const SERVICES = ['S3', 'SQS', 'SNS', 'Lambda', 'SecretsManager', 'KMS', 'IAM', 'CloudWatch'];

describe("the table of Security Hub's controls", () => {
  it('names each control once, of every service that a stack uses', () => {
    const ids = SECURITY_HUB_CONTROLS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids.map((id) => id.split('.')[0]))).toEqual(new Set(SERVICES));
  });

  it('answers each by rules that exist, or says why there are none', () => {
    for (const { id, rules, note = '' } of SECURITY_HUB_CONTROLS) {
      expect([id, rules.length > 0 || note !== '']).toEqual([id, true]);
      for (const rule of rules) expect([id, Object.hasOwn(STACK_RULES, rule)]).toEqual([id, true]);
    }
  });

  it('fits into the cells of a table', () => {
    for (const { asks, note = '' } of SECURITY_HUB_CONTROLS) expect(asks + note).not.toMatch(/[|\n]/);
  });
});
