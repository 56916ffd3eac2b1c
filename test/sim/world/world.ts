import type { LandfallConfig } from '../../../shared/config/config.ts';
import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../../shared/config/limits.ts';
import { Bucket } from '../aws/bucket.ts';
import { MessageQueue } from '../aws/message-queue.ts';
import { SimS3 } from '../aws/sim-s3.ts';
import { SimSns } from '../aws/sim-sns.ts';
import { SimSqs } from '../aws/sim-sqs.ts';
import { SimDatabase, type TableTraits } from '../database/sim-database.ts';
import { TableHistory } from '../database/table-history.ts';
import { BucketWatch } from '../invariants/bucket-watch.ts';
import { ChangesWatch } from '../invariants/changes-watch.ts';
import { configOf, DEAD_LETTER_QUEUE, QUEUE } from '../scenario/config-of.ts';
import type { Scenario, TableScenario } from '../scenario/scenario.ts';
import { Calls } from './calls.ts';
import { Chance } from './chance.ts';
import { EventLoop } from './event-loop.ts';
import { FaultPlan } from './faults.ts';
import { Trace } from './trace.ts';
import { Watch } from './violation.ts';

export const WORLD_START_MS = Date.UTC(2026, 10, 22, 3);

/** Everything outside of the programs, from one scenario: time, chance, AWS and the database. */
export class World {
  readonly scenario: Scenario;
  readonly config: LandfallConfig;
  readonly loop = new EventLoop(WORLD_START_MS);
  readonly trace = new Trace(() => this.loop.nowMs);
  readonly watch = new Watch(this.trace.lines);
  /** Messages that stand in the logs of any program. */
  readonly logged = new Set<string>();
  readonly faults: FaultPlan;
  readonly calls: Calls;
  readonly bucket: Bucket;
  readonly queue: MessageQueue;
  readonly deadLetters: MessageQueue;
  readonly s3: SimS3;
  readonly sqs: SimSqs;
  readonly sns: SimSns;
  readonly database: SimDatabase;

  constructor(scenario: Scenario) {
    const chance = new Chance(scenario.seed, 'world');
    this.scenario = scenario;
    this.config = configOf(scenario);
    this.faults = new FaultPlan(scenario.faults);
    const visibilityMs = VISIBILITY_TIMEOUT_SECONDS * 1_000;
    this.calls = new Calls({ loop: this.loop, chance, faults: this.faults, trace: this.trace, visibilityMs });
    const bucketWatch = new BucketWatch(this.watch);
    const changesWatch = new ChangesWatch(this);
    this.bucket = new Bucket((key, object, replaced) => {
      bucketWatch.onWrite(this.bucket, key, object, replaced);
      changesWatch.onWrite(key, object, replaced);
    });
    this.deadLetters = new MessageQueue(DEAD_LETTER_QUEUE, this.loop, chance);
    const redrive = { target: this.deadLetters, maxReceives: MAX_RECEIVE_COUNT };
    this.queue = new MessageQueue(QUEUE, this.loop, chance, redrive);
    this.s3 = new SimS3(this.bucket, this.calls, chance);
    this.sqs = new SimSqs([this.queue, this.deadLetters], this.calls);
    this.sns = new SimSns(this.calls);
    const tables = new Map(scenario.tables.map((table) => [table.name, traitsOf(table)]));
    this.database = new SimDatabase(tables, this.calls, chance);
  }
}

function traitsOf(table: TableScenario): TableTraits {
  const { incremental } = table;
  const history = new TableHistory(table.name, table.collations, table.keys, incremental?.nullEvery);
  const catalogKey = table.keyFrom === 'catalog' ? history.keyColumns : [];
  const { consistency, batchRows, batchMs } = table;
  return { history, catalogKey, consistency, batchRows, batchMs, boundBy: incremental?.boundBy };
}
