/** True when `*` for any characters and `?` for one of the pattern can stand for the text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text);
}

/** Actions know no case. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

const ARN_PARTS = 6;

/**
 * ARNs are compared part by part, so that a wildcard stays in the part that it stands in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [wanted, found] = [partsOf(pattern), partsOf(arn)];
  if (wanted.length !== ARN_PARTS || found.length !== ARN_PARTS) return false;
  return wanted.every((part, index) => matchesPattern(part, found[index]!));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [
    ...parts.slice(0, ARN_PARTS - 1),
    ...(parts.length < ARN_PARTS ? [] : [parts.slice(ARN_PARTS - 1).join(':')]),
  ];
}
