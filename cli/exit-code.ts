/** What the exit codes of every sub-command mean. */
export const EXIT = {
  /** Everything landed, was empty, or is with another run. */
  ok: 0,
  /** Some table failed. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was started. */
  usage: 2,
  /** Stopped by Ctrl-C or a signal; what was running goes on in the next run. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
