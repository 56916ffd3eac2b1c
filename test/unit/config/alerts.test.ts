import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, linesOf, shopWith } from './config-text.ts';

describe('alerts', () => {
  it('announce failures only, unless told otherwise', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:landfall';
    const withAlerts = (alerts: string) => parseConfig(`${shopWith('a.b:')}alerts: ${alerts}\n`, FILE).alerts;
    expect(withAlerts(`{topic: "${topic}"}`)).toEqual({ topic, emails: [], on: 'failure' });
    expect(withAlerts(`{topic: "${topic}", on: always}`)).toEqual({ topic, emails: [], on: 'always' });
    const emails = ['oncall@example.com', 'data.team+landfall@example.co.uk'];
    expect(withAlerts(`{emails: [${emails.join()}]}`)).toEqual({ topic: undefined, emails, on: 'failure' });
  });

  it.each([
    ['to nobody', 'alerts: {on: always}\n', /alerts: found neither topic nor emails; allowed: emails, which/],
    [
      'to both',
      'alerts: {topic: "arn:aws:sns:eu-central-1:123456789012:a", emails: [a@example.com]}\n',
      /alerts: found both topic and emails; allowed/,
    ],
    ['to something else', 'alerts: {emails: ["oncall"]}\n', /alerts\.emails\[0\]: found "oncall"; allowed: an email/],
    ['to an empty list', 'alerts: {emails: []}\n', /alerts\.emails: found .*; allowed: a list of email addresses/],
    [
      'to a FIFO topic',
      'alerts: {topic: "arn:aws:sns:eu-central-1:123456789012:a.fifo"}\n',
      /alerts\.topic: found .*no FIFO/,
    ],
    ['that are nothing', 'alerts:\n', /alerts: found nothing; allowed: a mapping with emails or topic/],
  ])('are refused: %s', (_, alerts, expected) => {
    expect(linesOf(shopWith('a.b:') + alerts).join()).toMatch(expected);
  });
});
