import * as z from 'zod';
import { SourceError } from '../../core/errors.ts';
import type { Credentials } from '../credentials.ts';

const port = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(z.number().int().min(1).max(65535));

/**
 * The shape that RDS keeps in Secrets Manager; keys besides these are let be.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
const rdsSecret = z.looseObject({
  username: z.string().min(1),
  password: z.string().min(1),
  host: z.string().min(1).optional(),
  port: port.optional(),
  dbname: z.string().min(1).optional(),
});

const EXPECTED: Readonly<Record<string, string>> = {
  username: 'a text',
  password: 'a text',
  host: 'a text',
  port: 'a number from 1 to 65535',
  dbname: 'a text',
};

/**
 * Credentials from a secret's text. Neither the parser's messages nor its errors go on, as they quote what they read.
 * @throws SourceError that names the keys that are wrong, never their values.
 */
export function parseRdsSecret(text: string, reference: string): Credentials {
  const parsed = rdsSecret.safeParse(jsonOf(text, reference));
  if (!parsed.success) {
    const keys = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')))];
    const problems = keys.map((key) => (key === '' ? 'not a JSON object' : `"${key}" is not ${EXPECTED[key]}`));
    throw invalidSecret(reference, problems.join(', '));
  }
  const { username, password, host, port: number, dbname } = parsed.data;
  return { username, password, host, port: number, database: dbname };
}

function jsonOf(text: string, reference: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidSecret(reference, 'not valid JSON');
  }
}

export function invalidSecret(reference: string, found: string): SourceError {
  return new SourceError('SECRET_INVALID', `The secret ${reference} is of no use: ${found}.`, {
    retry: 'permanent',
    remedy:
      'It must be JSON with "username" and "password", and may have "host", "port" and "dbname", as RDS writes it.',
  });
}
