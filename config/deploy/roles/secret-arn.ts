const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:/;

/** Six characters that Secrets Manager puts behind every name. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;

/** False for `env:` and `file:`, which no role needs a permission for. */
export function isSecretArn(secret: string): boolean {
  return SECRET_ARN.test(secret);
}

/** True when the ARN ends as a whole one does. */
export function isWholeSecretArn(arn: string): boolean {
  return SUFFIX.test(arn);
}

/**
 * The secret in a policy: its whole ARN, or what the configuration has of it with the six characters left open. Secrets
 * Manager too takes whatever ends like a whole ARN for one, and asks not to name secrets like that.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function secretPattern(arn: string): string {
  return isWholeSecretArn(arn) ? arn : `${arn}-??????`;
}
