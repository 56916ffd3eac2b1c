/** The records of the ledger as they are kept: JSON documents under `_landfall/`. Times are ISO 8601 in UTC. */
export type { FullReason, StateChange, TableState, WindowRecord } from './records/changes.ts';
export type {
  LandingCost,
  LatestEntry,
  LatestPointer,
  LatestRun,
  ManifestPart,
  PartRecord,
  RemovedRecord,
  TableManifest,
} from './records/landed.ts';
export type {
  Checkpoint,
  Consistency,
  LandedColumn,
  PlannedChunk,
  ReadConsistency,
  TablePlan,
} from './records/read.ts';
export type {
  AnnouncementRecord,
  AttemptRecord,
  FailureRecord,
  OverdueRecord,
  PlannedTable,
  RunPlan,
  RunSummary,
  SupersededRecord,
  TableClaim,
  TableOutcome,
} from './records/run.ts';
export type { SchemaHistory, SchemaVersion } from './records/schema.ts';
