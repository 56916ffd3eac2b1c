/**
 * The promise's outcome, unless `timeoutMs` pass (then `onTimeout()` is thrown) or the signal aborts (then its
 * reason). The promise itself goes on; its late outcome is dropped.
 */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  onTimeout: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  promise.catch(() => {});
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onTimeout()), timeoutMs);
    onAbort = () => reject(signal!.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, interrupted]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** Waits for the promise, but no longer than `timeoutMs`, and does not mind how it ends. True when it ended well. */
export async function attempt(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return await within(promise, timeoutMs, () => new Error('timed out')).then(
    () => true,
    () => false,
  );
}
