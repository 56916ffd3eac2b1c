import { S3Error } from '../s3-error.ts';

/** The rules of "General purpose bucket naming rules" in the S3 user guide that a folder name depends on. */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
}

/** @throws S3Error InvalidBucketName */
export function checkBucketName(name: string): void {
  if (isBucketName(name)) return;
  const message = `The specified bucket is not valid: '${name}' (3 to 63 lower-case letters, digits, dots and hyphens are)`;
  throw new S3Error(400, 'InvalidBucketName', message, { BucketName: name });
}
