import type { WorkSpan } from '../report/model.ts';
import type { TableDetail } from './run-detail.ts';

/** When a table was worked on: the parts that landed, the attempts that failed, and what is at work now. */
export function spansOf({ manifest, failedAttempts, standing, startedAt }: TableDetail, nowMs: number): WorkSpan[] {
  const parts = (manifest?.parts ?? []).map((part): WorkSpan => {
    const startMs = Date.parse(part.started_at);
    const { chunk, sequence, rows, read_seconds: seconds } = part;
    return { kind: 'landed', chunk, sequence, startMs, endMs: startMs + Math.max(0, seconds) * 1_000, rows };
  });
  const attempts = failedAttempts.map(
    (attempt): WorkSpan => ({
      kind: attempt.followed_by === 'dead-letter' ? 'failed' : 'retried',
      chunk: attempt.chunk,
      sequence: attempt.sequence,
      startMs: Date.parse(attempt.started_at),
      endMs: Math.max(Date.parse(attempt.started_at), Date.parse(attempt.ended_at)),
      errorCode: attempt.error_code,
    }),
  );
  const lastEndMs = attempts.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
  const openMs = Math.max(lastEndMs, startedAt === undefined ? 0 : Date.parse(startedAt));
  const isOpen = standing === 'reading' && openMs > 0 && openMs < nowMs;
  const open: WorkSpan[] = isOpen ? [{ kind: 'open', chunk: 0, sequence: 0, startMs: openMs, endMs: nowMs }] : [];
  return [...parts, ...attempts, ...open];
}
