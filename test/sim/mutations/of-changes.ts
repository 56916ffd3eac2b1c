import type { Mutation } from './mutation.ts';

/** Protections of what tells readers, and later runs, of the changes of a table. */
export const CHANGES_MUTATIONS: readonly Mutation[] = [
  {
    name: 'adds the changes of a run to whatever latest has',
    protects: 'latest-whole',
    file: 'shared/flow/publish-commit.ts',
    find: 'basedOn === null ? NO_RUNS : chainUpTo(standing, basedOn);',
    replace: 'basedOn === null || standing.runs.length === 0 ? NO_RUNS : standing;\n    void chainUpTo;',
  },
  {
    name: 'forgets the runs behind a run when latest went another way',
    protects: 'latest-whole',
    file: 'shared/flow/publish-commit.ts',
    find: 'basedOn === null ? NO_RUNS : chainUpTo(standing, basedOn);',
    replace: 'basedOn === null ? NO_RUNS : (chainUpTo(standing, basedOn) ?? NO_RUNS);',
  },
  {
    name: 'keeps what was there before the table landed whole',
    protects: 'latest-whole',
    file: 'shared/flow/publish-commit.ts',
    find: 'basedOn === null ? NO_RUNS : chainUpTo(standing, basedOn);',
    replace: 'basedOn === null ? standing : chainUpTo(standing, basedOn);',
  },
  {
    name: 'publishes nothing behind a manifest that it finds',
    protects: 'latest-whole',
    file: 'shared/flow/extract-table.ts',
    find: '    await publishAgain(committed, services);\n',
    replace: '    void publishAgain;\n',
  },
  {
    name: 'writes the list of symlinks only together with latest',
    protects: 'symlinks-follow',
    file: 'shared/ledger/latest-tables.ts',
    find: '    if (value !== undefined) await',
    replace: '    if (changed && value !== undefined) await',
  },
  {
    name: 'writes the list of symlinks over that of a newer run',
    protects: 'symlinks-follow',
    file: 'shared/ledger/latest-tables.ts',
    find: 'isNewerRun(latest.run_id, listed) ? symlinksOf(latest) : undefined',
    replace: 'latest.run_id === listed ? undefined : symlinksOf(latest)',
  },
  {
    name: 'advances the state before the manifest',
    protects: 'state-forward',
    file: 'shared/flow/commit-table.ts',
    find: '  const manifest = await services.ledger.createManifest(',
    replace:
      '  const early = manifestOf(extraction, plan, parts, services.clock.now());\n' +
      "  const { nextState } = await import('../core/table-state.ts');\n" +
      '  await services.ledger.updateState(early.source, early.table, (standing) => nextState(standing, early));\n' +
      '  const manifest = await services.ledger.createManifest(',
  },
  {
    name: 'moves the state to whichever run committed last',
    protects: 'state-forward',
    file: 'shared/core/table-state.ts',
    find: '!isNewerRun(runId, standing.run_id)',
    replace: 'runId === standing.run_id',
  },
  {
    name: 'lets a run that was planned before undo what an operator has set',
    protects: 'state-forward',
    file: 'shared/core/table-state.ts',
    find: ' || (standing?.generation ?? 0) !== window.generation',
    replace: '',
  },
  {
    name: 'takes the window of a run anew at each message',
    protects: 'rows-exact',
    file: 'shared/flow/reading.ts',
    find: '  const open = (source: Source) => source.open(query, signal);\n',
    replace:
      '  const open = async (source: Source) => {\n' +
      "    const { planWindow } = await import('./plan-window.ts');\n" +
      '    const state = plan?.window && (await services.ledger.readState(message.source, message.table));\n' +
      '    const window = plan?.window && readWindow(await planWindow(extraction, state, source, services));\n' +
      '    return await source.open({ ...query, window }, signal);\n' +
      '  };\n',
  },
  {
    name: 'takes the bound of a run when it has read',
    protects: 'window-chain',
    file: 'shared/flow/extract-table.ts',
    find: "  return outcome.status === 'ended' ? await finishTable(extraction, plan, progress, services) : outcome;\n",
    replace:
      "  if (outcome.status !== 'ended') return outcome;\n" +
      '  const state = plan?.window && (await ledger.readState(message.source, message.table));\n' +
      "  const [{ openTable }, { planWindow }] = [await import('./open-table.ts'), await import('./plan-window.ts')];\n" +
      '  const take = async (source: Source) => plan?.window && (await planWindow(extraction, state, source, services));\n' +
      '  const { source, opened } = await openTable(extraction.source, extraction.table, services, take, extraction.log);\n' +
      '  await source.close();\n' +
      '  return await finishTable(extraction, plan && { ...plan, window: opened }, progress, services);\n',
  },
  {
    name: 'goes on from a watermark that the table does not reach any more',
    protects: 'window-chain',
    file: 'shared/flow/plan-window.ts',
    find: 'because ?? bound.lost ?? null',
    replace: 'because ?? null',
  },
  {
    name: 'lands rows without an update key in every run',
    protects: 'rows-exact',
    file: 'shared/flow/plan-window.ts',
    find: "nulls: kind === 'full' && nulls === 'include-once'",
    replace: "nulls: nulls === 'include-once'",
  },
  {
    name: 'begins the schema anew at a run of changes',
    protects: 'latest-whole',
    file: 'shared/core/schema-contract.ts',
    find: '(standing.restarts && isWhole(landed))',
    replace: 'standing.restarts;\n  void isWhole',
  },
  {
    name: 'leaves out columns that only a run has which is not the newest',
    protects: 'latest-whole',
    file: 'shared/flow/publish-commit.ts',
    find: 'mergeColumns((next ?? standing)?.columns ?? [], columns).columns;',
    replace: '(next ?? standing)?.columns ?? mergeColumns([], columns).columns;',
  },
];
