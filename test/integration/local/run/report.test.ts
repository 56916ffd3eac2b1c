import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { reportTable } from '../../../../local/run/report.ts';
import { extractTable } from '../../../../shared/flow/extract-table.ts';
import { FlowRig, neverAborted, RUN_ID, SOURCE } from '../../../support/flow-rig.ts';
import { rowBatches } from '../../../support/memory-database.ts';

const PEOPLE = 'public.people';

let rig: FlowRig;
beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv' } } });
  await rig.plan();
});
afterEach(() => rig.close());

it('a report lists the columns of which values lost something', async () => {
  rig.database.tables.set(PEOPLE, { batches: rowBatches(10), lossyValues: { name: 3 } });
  await extractTable(rig.message(PEOPLE), 1, rig.services, neverAborted, rig.log);
  const report = await reportTable(rig.services.ledger, SOURCE, RUN_ID, PEOPLE);
  expect(report).toMatchObject({ status: 'landed', rows: 10 });
  expect(report.lossy_values).toEqual([{ column: 'name', source_type: '', values: 3 }]);
});

it('a report of a table that lost nothing, or has not ended, lists none', async () => {
  expect(await reportTable(rig.services.ledger, SOURCE, RUN_ID, PEOPLE)).toMatchObject({
    status: 'unfinished',
    lossy_values: [],
  });
  rig.database.tables.set(PEOPLE, { batches: rowBatches(10) });
  await extractTable(rig.message(PEOPLE), 1, rig.services, neverAborted, rig.log);
  expect(await reportTable(rig.services.ledger, SOURCE, RUN_ID, PEOPLE)).toMatchObject({
    status: 'landed',
    lossy_values: [],
  });
});
