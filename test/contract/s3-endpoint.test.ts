import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeChecksums } from './s3/checksums.ts';
import { describeConditions } from './s3/conditions.ts';
import { describeFaults } from './s3/faults.ts';
import { describeFolders } from './s3/folders.ts';
import { describeKills } from './s3/kills.ts';
import { describeListing } from './s3/listing.ts';
import { describeMultipart } from './s3/multipart.ts';
import { describeObjects } from './s3/objects.ts';
import { SUBJECTS, type Subject } from './s3/subject.ts';

/** Real S3 is held to the same contract when LANDFALL_TEST_S3_BUCKET names a bucket that may be written to. */
describe.each(SUBJECTS)('S3 as Landfall needs it: $name', ({ open }) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.close());

  describe('objects', () => describeObjects(() => subject));
  describe('conditions', () => describeConditions(() => subject));
  describe('listing', () => describeListing(() => subject));
  describe('checksums', () => describeChecksums(() => subject));
  describe('multipart uploads', () => describeMultipart(() => subject));
});

describe('the local endpoint alone', () => {
  describe('faults on demand', () => describeFaults());
  describe('folders', () => describeFolders());
  describe('a process that is killed', () => describeKills());
});
