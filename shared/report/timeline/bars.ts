import type { ReportedTable, WorkSpan } from '../model.ts';

/** What is drawn as one bar: a span, or several that lie so close that they would be one to the eye. */
export interface Bar {
  readonly kind: WorkSpan['kind'];
  readonly startMs: number;
  readonly endMs: number;
  readonly spans: readonly WorkSpan[];
}

/** Bars that lie beside each other in time. */
export interface Lane {
  /** Undefined when the bars are of all chunks. */
  readonly chunk: number | undefined;
  readonly bars: readonly Bar[];
}

/** As many chunks have a lane each; those of a table with more are drawn into one. */
export const MAX_LANES = 8;
/** Of one table: what lies closest to each other is drawn as one bar beyond that. */
const MAX_BARS = 96;

/** The lanes of a table, at least one. */
export function lanesOf(table: Pick<ReportedTable, 'spans'>): Lane[] {
  const byChunk = [...Map.groupBy(table.spans, ({ chunk }) => chunk)].toSorted(([a], [b]) => a - b);
  if (byChunk.length === 0) return [{ chunk: undefined, bars: [] }];
  if (byChunk.length > MAX_LANES) return [{ chunk: undefined, bars: barsOf(joined(table.spans), MAX_BARS) }];
  const maxBars = Math.floor(MAX_BARS / byChunk.length);
  return byChunk.map(([chunk, spans]) => ({ chunk, bars: barsOf(spans.map(barOf), maxBars) }));
}

function barOf(span: WorkSpan): Bar {
  return { kind: span.kind, startMs: span.startMs, endMs: span.endMs, spans: [span] };
}

/** Attempts first, so that the parts which landed before an attempt failed are drawn over it. */
const KINDS = ['open', 'retried', 'failed', 'landed'] as const;

function barsOf(bars: readonly Bar[], maxBars: number): Bar[] {
  const byKind = Map.groupBy(bars, ({ kind }) => kind);
  const maxOfKind = Math.ceil(maxBars / Math.max(1, byKind.size));
  return KINDS.flatMap((kind) => {
    const sorted = (byKind.get(kind) ?? []).toSorted((a, b) => a.startMs - b.startMs);
    return closed(sorted, gapLimitMs(sorted, maxOfKind));
  });
}

/** What several chunks did at the same time, as one bar for each kind of work. */
function joined(spans: readonly WorkSpan[]): Bar[] {
  return [...Map.groupBy(spans, ({ kind }) => kind).values()].flatMap((ofKind) =>
    closed(
      ofKind.map(barOf).toSorted((a, b) => a.startMs - b.startMs),
      0,
    ),
  );
}

/** Makes one bar of those with a gap below the limit; what only touches stays apart. */
function closed(sorted: readonly Bar[], limitMs: number): Bar[] {
  const bars: { kind: Bar['kind']; startMs: number; endMs: number; spans: WorkSpan[] }[] = [];
  for (const bar of sorted) {
    const last = bars.at(-1);
    if (last !== undefined && bar.startMs - last.endMs < limitMs) {
      last.endMs = Math.max(last.endMs, bar.endMs);
      last.spans.push(...bar.spans);
    } else {
      bars.push({ ...bar, spans: [...bar.spans] });
    }
  }
  return bars;
}

/** Gaps shorter than that are to be closed, so that no more than `maxBars` are left; none when there is room for all. */
function gapLimitMs(sorted: readonly Bar[], maxBars: number): number {
  if (sorted.length <= maxBars) return Number.NEGATIVE_INFINITY;
  let endMs = sorted[0]!.endMs;
  const gaps = sorted.slice(1).map((bar) => {
    const gapMs = bar.startMs - endMs;
    endMs = Math.max(endMs, bar.endMs);
    return gapMs;
  });
  const widest = gaps.toSorted((a, b) => b - a);
  // One above: gaps as wide as the limit are closed too, for there may be many of one width.
  return widest[maxBars - 1]! + 1;
}
