import type { Mutation } from './mutation.ts';

/** Protections of the objects in S3 and of the records in the ledger. */
export const LANDING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'completes an upload without If-None-Match',
    protects: 'part-final',
    file: 'shared/landing/multipart-upload.ts',
    find: "        IfNoneMatch: '*',\n",
    replace: '',
  },
  {
    name: 'puts a small object without If-None-Match',
    protects: 'part-final',
    file: 'shared/landing/s3-landing.ts',
    find: "      ChecksumCRC32: written.checksumCrc32,\n      IfNoneMatch: '*',\n",
    replace: '      ChecksumCRC32: written.checksumCrc32,\n',
  },
  {
    name: "takes another attempt's object for its own",
    protects: 'calm-lands',
    file: 'shared/landing/s3-landing.ts',
    find: "    if (found.attemptId !== request.attemptId) return { status: 'superseded', by: found };\n",
    replace: '',
  },
  {
    name: 'believes the answer to a completion instead of looking',
    protects: 'storm-passes',
    file: 'shared/landing/s3-landing.ts',
    find: '    const found = await this.find(request.key);\n',
    replace:
      "    if (failure !== undefined) throw landingFailure(failure.thrown, 'Completing', this.#bucket);\n" +
      '    const found = await this.find(request.key);\n',
  },
  {
    name: 'writes _SUCCESS again and again',
    protects: 'part-final',
    file: 'shared/landing/s3-landing.ts',
    find: "ContentLength: 0, IfNoneMatch: '*' }",
    replace: 'ContentLength: 0 }',
  },
  {
    name: 'replaces a record whoever wrote it meanwhile',
    protects: 'forward-only',
    file: 'shared/ledger/text-store.ts',
    find: '{ IfMatch: etag };',
    replace: '{};',
  },
  {
    name: 'creates a record over the one that stands',
    protects: 'part-final',
    file: 'shared/ledger/text-store.ts',
    find: "this.#put(key, content, writeId, { IfNoneMatch: '*' })",
    replace: 'this.#put(key, content, writeId, {})',
  },
  {
    name: 'takes the record that it wrote itself for that of another',
    protects: 'one-summary',
    file: 'shared/ledger/text-store.ts',
    find: 'created: standing.writeId === writeId',
    replace: 'created: false',
  },
  {
    name: 'moves latest to whichever run committed last',
    protects: 'forward-only',
    file: 'shared/flow/publish-commit.ts',
    find: 'if (!isNewerRun(manifest.run_id, standing?.run_id)) return undefined;',
    replace: 'if (standing?.run_id === manifest.run_id) return undefined;',
  },
  {
    name: 'takes the entries that SQS refused for sent',
    protects: 'table-ends',
    file: 'shared/queue/sqs-table-queue.ts',
    find: '      if (taken.has(String(index))) return [];\n',
    replace: '      if (taken.has(String(index)) || !failed.has(String(index))) return [];\n',
  },
];
