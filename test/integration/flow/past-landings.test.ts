import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import { pastLandings } from '../../../shared/flow/past-landings.ts';
import { FlowRig, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { rowBatches } from '../../support/memory-database.ts';

const PEOPLE = 'public.people';
const NEVER = 'public.never';
const DAY_MS = 86_400_000;

let rig: FlowRig;
beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv' }, [NEVER]: {} } });
});
afterEach(() => rig.close());

async function land(day: number, rows: number): Promise<void> {
  const timeMs = RUN_TIME_MS + day * DAY_MS;
  await rig.plan(timeMs);
  rig.database.tables.set(PEOPLE, { batches: rowBatches(rows) });
  await extractTable(rig.assignment(PEOPLE, { message: rig.message(PEOPLE, runIdOf(timeMs)) }), rig.services);
}

function past() {
  const { tables } = rig.services.config.sources.get(SOURCE)!;
  return pastLandings(SOURCE, [...tables.values()], rig.services.ledger);
}

describe('what landed before', () => {
  it('is nothing before the first run', async () => {
    expect(Object.fromEntries(await past())).toEqual({
      [PEOPLE]: { landings: [], hasWatermark: false },
      [NEVER]: { landings: [], hasWatermark: false },
    });
  });

  it('is known of the newest landings, the newest first', async () => {
    for (const [day, rows] of [10, 20, 30, 40].entries()) await land(day, rows);
    const { landings } = (await past()).get(PEOPLE)!;
    expect(landings.map(({ rows, isWhole }) => [rows, isWhole])).toEqual([
      [40, true],
      [30, true],
      [20, true],
    ]);
    expect(landings[0]!.bytes).toBe((await rig.manifest(PEOPLE, runIdOf(RUN_TIME_MS + 3 * DAY_MS)))!.bytes);
    expect(landings[0]!.seconds).toBeGreaterThan(0);
    expect((await past()).get(NEVER)!.landings).toEqual([]);
  });
});
