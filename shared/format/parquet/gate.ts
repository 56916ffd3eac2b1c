/** Lets callers pass while open and keeps them waiting while closed. Closed at first. */
export class Gate {
  #waiting = Promise.withResolvers<void>();
  #isOpen = false;

  open(): void {
    this.#isOpen = true;
    this.#waiting.resolve();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waiting = Promise.withResolvers<void>();
  }

  async passed(): Promise<void> {
    while (!this.#isOpen) await this.#waiting.promise;
  }
}
