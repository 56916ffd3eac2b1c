import { type ChecksumAlgorithm, startChecksum } from './running-checksum.ts';

/** Whether a checksum is over the object's bytes or over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** The checksum kept with an object. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a composite one ends with `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** The checksum of the parts' checksums, as in "Checking object integrity" of the S3 user guide. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, partValues: readonly string[]): ObjectChecksum {
  const running = startChecksum(algorithm);
  for (const value of partValues) running.update(Buffer.from(value, 'base64'));
  return { algorithm, value: `${running.digest().toString('base64')}-${partValues.length}`, type: 'COMPOSITE' };
}

/** `x-amz-checksum-*` headers of an answer; none when there is no checksum. */
export function checksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The XML element that carries a value of the algorithm, such as `ChecksumCRC64NVME`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm.toUpperCase()}`;
}
