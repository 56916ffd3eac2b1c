import type { Turn } from '../world/calls.ts';

/** An error as the clients of the AWS SDK throw it. */
export function serviceError(name: string, status: number, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** No answer came: the socket was closed, or the time was over. */
export function noAnswer(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $metadata: {} });
}

/** What the SDK throws when the caller's signal aborts. */
export function requestAborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

/** The turn of a call that is refused without an effect. */
export function refusing(thrown: Error): Turn<never> {
  return {
    effect: () => {
      throw thrown;
    },
  };
}

/** The turn of a call that has its effect, and whose answer does not arrive. */
export function losingAnswer(effect: () => unknown): Turn<never> {
  return {
    effect: () => {
      effect();
      throw noAnswer();
    },
  };
}

/** The turn of a call that the client sends twice, each with its effect. */
export function doneTwice(effect: () => unknown): Turn<unknown> {
  return {
    effect: () => {
      effect();
      return effect();
    },
  };
}

export interface Command {
  readonly input: Readonly<Record<string, unknown>>;
}

/** `PutObject` of a PutObjectCommand. */
export function operationOf(command: Command): string {
  return command.constructor.name.replace(/Command$/, '');
}

/**
 * A client whose every command is answered by `send`. It is an instance of the SDK's class, which paginators ask for,
 * without the SDK's middleware: retries within one request are among the faults.
 */
export function answeringClient<Client extends object>(
  clientClass: { readonly prototype: Client },
  send: (command: Command, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>,
): Client {
  return Object.create(clientClass.prototype, { send: { value: send } }) as Client;
}
