import { type LocalFleet, startLocalFleet } from '../local/fleet/fleet.ts';
import { commandLine } from '../shared/alert/email-text.ts';
import { processEnvironment } from '../shared/lambda/settings.ts';
import type { Console } from './console.ts';
import { reportError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type FleetOptions, originalBase } from './fleet-options.ts';
import { ProgressView } from './progress.ts';

/** After Ctrl-C, running extractions have so long to give back their uploads. */
const HURRY_MS = 3_000;

/**
 * Runs `work` on a local fleet and stops the fleet whatever happens. Ctrl-C and SIGTERM interrupt the work; what was
 * in the queues goes on in the next run with the same folder.
 */
export async function withFleet(
  options: FleetOptions,
  console: Console,
  work: (fleet: LocalFleet, signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new DOMException('Interrupted.', 'AbortError'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = new ProgressView(console.err, Date.now);
  let fleet: LocalFleet | undefined;
  try {
    fleet = await startLocalFleet({
      configPath: options.config,
      base: originalBase(options),
      outPath: options.out,
      environment: processEnvironment(),
      replayCommand: commandLine(['npx', 'landfall', 'replay', '--config', options.config, '--local', options.out]),
      maxExtractors: options.extractors,
      onProgress: (event) => progress.update(event),
    });
    return await work(fleet, interrupted.signal);
  } catch (thrown) {
    progress.end();
    if (!interrupted.signal.aborted) return reportError(thrown, console);
    console.err.write('Interrupted. What was not finished goes on in the next run with the same --out.\n');
    return EXIT.interrupted;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await fleet?.stop(interrupted.signal.aborted ? AbortSignal.timeout(HURRY_MS) : undefined);
  }
}
