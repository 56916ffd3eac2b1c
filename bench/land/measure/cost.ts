/** What one run of one subject took. */
export interface Cost {
  readonly rows: number;
  /** Of the object or file; of encoding only what was made; 0 where nothing is. */
  readonly bytes: number;
  /** User and system time of all threads while the table was landed, connecting included. */
  readonly cpuSeconds: number;
  /** What the process took before: loading modules and a run of few rows. 0 for programs, whose start is in `cpuSeconds`. */
  readonly startCpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakRssBytes: number;
}
