import type { Mutation } from './mutation.ts';

/** Protections of the messages, of the commit, and of whoever is to be told. */
export const MESSAGE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'acknowledges a message without sending its continuation',
    protects: 'table-ends',
    file: 'shared/flow/hand-over.ts',
    find: '  await queue.send([next], undefined, delayMs);\n',
    replace: '  void [queue, next, delayMs];\n',
  },
  {
    name: 'notes a continuation before it is sent',
    protects: 'table-ends',
    file: 'shared/flow/hand-over.ts',
    find: '  await queue.send([next], undefined, delayMs);\n',
    replace: '  await progress.noteHandedOver();\n  await queue.send([next], undefined, delayMs);\n',
  },
  {
    name: 'lets an attempt that failed pass for done',
    protects: 'table-ends',
    file: 'shared/flow/take-message.ts',
    find: '    await note();\n    throw error;\n',
    replace: "    await note();\n    return { status: 'failed', errorCode: error.code };\n",
  },
  {
    name: 'drops the message of a table that failed',
    protects: 'storm-passes',
    file: 'shared/flow/take-message.ts',
    find: '  await queue.deadLetter(body, { errorCode, errorMessage, attempts, message });\n',
    replace: '  void [queue, body];\n',
  },
  {
    name: 'tells nobody that a table failed',
    protects: 'one-email',
    file: 'shared/flow/announce-failure.ts',
    find: '    await alerts.publish(failureEmail(failure, story, directions));\n',
    replace: '    void [failureEmail, alerts, directions, story];\n',
  },
  {
    name: 'claims an email that another one has claimed or sent',
    protects: 'one-email',
    file: 'shared/flow/announcements.ts',
    find: '    isFree(standing, claim) ? claim : undefined,\n',
    replace: '    standing === isFree ? undefined : claim,\n',
  },
  {
    name: 'leaves an email to a sender who has died',
    protects: 'one-summary',
    file: 'shared/flow/announcements.ts',
    find: '  return standing.announced_at === null && !isUnderway(standing, Date.parse(claim.claimed_at));\n',
    replace: '  return false;\n',
  },
  {
    name: 'does not tell, at the end of a run, of tables that no email has named',
    protects: 'one-email',
    file: 'shared/flow/announce-run-end.ts',
    find: "  if (untold.length > 0 || config.alerts?.on === 'always') {\n",
    replace: "  if (config.alerts?.on === 'always') {\n",
  },
  {
    name: 'does not keep that a table failed',
    protects: 'table-ends',
    file: 'shared/flow/take-message.ts',
    find: '    await failTable({ message, error, attempts }, services, log);\n',
    replace: '    void failTable;\n',
  },
  {
    name: 'writes _SUCCESS before the manifest',
    protects: 'success-complete',
    file: 'shared/flow/commit-table.ts',
    find: '  const manifest = await services.ledger.createManifest(',
    replace:
      "  const { successKey } = await import('../core/object-key.ts');\n" +
      '  const { message, planned } = extraction;\n' +
      '  await services.landing.mark(successKey({ folder: planned.folder, runId: message.runId }));\n' +
      '  const manifest = await services.ledger.createManifest(',
  },
  {
    name: 'commits a table when its first chunk has ended',
    protects: 'rows-exact',
    file: 'shared/flow/finish-table.ts',
    find: "  if (!plan.chunks.every((_, chunk) => ended.has(chunk))) return { status: 'chunk-ended' };\n",
    replace: '  void ended;\n',
  },
  {
    name: 'looks whether all chunks have ended before it says so of its own',
    protects: 'table-ends',
    file: 'shared/flow/finish-table.ts',
    find:
      '  await services.ledger.recordChunkEnd(extraction.message, progress.chunk);\n' +
      '  const ended = await services.ledger.listChunkEnds(extraction.message);\n',
    replace:
      '  const ended = new Set([...(await services.ledger.listChunkEnds(extraction.message)), progress.chunk]);\n' +
      '  await services.ledger.recordChunkEnd(extraction.message, progress.chunk);\n',
  },
  {
    name: 'notes the tables of a run as sent before they are',
    protects: 'table-ends',
    file: 'shared/flow/send-run.ts',
    find: '  const messages = await unsentTables(plan, run, services);\n',
    replace:
      '  const messages = await unsentTables(plan, run, services);\n' +
      '  await services.ledger.recordSent(run, messages.map(({ table }) => table));\n',
  },
  {
    name: 'ends a run before all of its tables have ended',
    protects: 'one-summary',
    file: 'shared/flow/finish-run.ts',
    find: '  if (!(await haveAllEnded(plan, services.ledger))) return;\n',
    replace: '  void haveAllEnded;\n',
  },
  {
    name: 'takes some tables of a run for ended without looking at them',
    protects: 'one-summary',
    file: 'shared/flow/ended-tables.ts',
    find: '    if (!(await ledger.hasEnded({ ...run, table }))) return false;\n',
    replace: '    void run;\n',
  },
  {
    name: 'tells of the end of a run again and again',
    protects: 'one-summary',
    file: 'shared/flow/announce-run-end.ts',
    find: '  await noteAnnounced(claim, announcedAt, ledger);\n',
    replace: '  void noteAnnounced;\n',
  },
  {
    name: 'deletes a dead letter before it is sent again',
    protects: 'storm-passes',
    file: 'shared/flow/replay-dead-letters.ts',
    find: '    await held.keep();\n',
    replace: '    await held.keep();\n    await held.delete(batch.flatMap(({ letters }) => letters));\n',
  },
  {
    name: 'takes the message of an operator for one that is done',
    protects: 'storm-passes',
    file: 'shared/flow/extract-table.ts',
    find: 'message.sequence < progress.handedOver && !message.resume',
    replace: 'message.sequence < progress.handedOver',
  },
];
