/**
 * Takes objects out of one bucket for good. Apart from Landing, so that what lands tables cannot delete any; whoever calls
 * it names each object by its key and never asks for a folder.
 */
export interface PartStore {
  /**
   * Deletes objects; one that is gone already is no failure.
   * @throws LandingError; some of them may be gone then, and the call may be repeated.
   */
  delete(keys: readonly string[]): Promise<void>;
}
