import { basename } from 'node:path';

/** The part of a .cpuprofile that is used. @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds from one sample to the next, of the first from `startTime`. */
  readonly timeDeltas: readonly number[];
  /** Microseconds of the system's monotonic clock. */
  readonly startTime: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

export interface FunctionTime {
  readonly name: string;
  /** File and line; empty for what is not JavaScript. */
  readonly place: string;
  readonly selfMs: number;
  /** Of the time in which the thread was not idle. */
  readonly share: number;
}

/** Where the time goes from a moment of the monotonic clock on, by the functions' own time, most first. */
export function topFunctions(profile: CpuProfile, count: number, fromMicros: number): FunctionTime[] {
  const { nodes, samples, timeDeltas, startTime } = profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map<string, { name: string; place: string; micros: number }>();
  let busyMicros = 0;
  let atMicros = startTime;
  for (const [index, id] of samples.entries()) {
    atMicros += timeDeltas[index] ?? 0;
    if (atMicros < fromMicros) continue;
    const { functionName, url, lineNumber } = frames.get(id)!;
    if (functionName === '(idle)') continue;
    const place = url === '' ? '' : `${basename(url)}:${lineNumber + 1}`;
    const name = functionName === '' ? '(anonymous)' : functionName;
    const entry = micros.get(`${name} ${place}`) ?? { name, place, micros: 0 };
    const delta = Math.max(0, timeDeltas[index] ?? 0);
    entry.micros += delta;
    busyMicros += delta;
    micros.set(`${name} ${place}`, entry);
  }
  return [...micros.values()]
    .sort((a, b) => b.micros - a.micros)
    .slice(0, count)
    .map(({ name, place, micros: self }) => ({ name, place, selfMs: self / 1000, share: self / busyMicros }));
}

export function functionsText(functions: readonly FunctionTime[]): string {
  const lines = functions.map(({ name, place, selfMs, share }) => {
    const figures = `${selfMs.toFixed(0).padStart(7)} ms ${(share * 100).toFixed(1).padStart(5)} %`;
    return `${figures}  ${name.slice(0, 30).padEnd(30)} ${place.slice(0, 30)}`;
  });
  return `${lines.join('\n')}\n`;
}
