import type { SqsHandler } from '../../shared/lambda/sqs-handler.ts';

/** The containers of a function, as Lambda keeps them: an invocation gets one that is idle, or starts another. */
export class Containers {
  readonly #start: () => SqsHandler;
  readonly #idle: SqsHandler[] = [];
  #running = 0;
  /** The most invocations at the same time. */
  most = 0;
  invocations = 0;
  started = 0;

  constructor(start: () => SqsHandler) {
    this.#start = start;
  }

  readonly handler: SqsHandler = async (event, context, local) => {
    this.invocations += 1;
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    const container = this.#idle.pop() ?? this.#startOne();
    try {
      return await container(event, context, local);
    } finally {
      this.#running -= 1;
      this.#idle.push(container);
    }
  };

  #startOne(): SqsHandler {
    this.started += 1;
    return this.#start();
  }
}
