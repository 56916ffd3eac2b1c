import type { TableMessage } from '../core/message.ts';

/** Why a message became a dead letter; travels as message attributes. */
export interface DeadLetterReason {
  readonly errorCode: string;
  /** Without secrets. */
  readonly errorMessage: string;
  readonly attempts: number;
  /** Undefined when the message could not be read. */
  readonly message: TableMessage | undefined;
}

/** The queue of one source, as its scheduler and extractor see it. Every method throws a QueueError. */
export interface TableQueue {
  /**
   * Sends messages, resending the entries that the service refused for a passing reason. One that is refused for good
   * is thrown when all others are sent.
   * `delayMs` hides them at first, up to 15 minutes.
   * `onSent` is told after each batch which ones the queue has taken.
   */
  send(
    messages: readonly TableMessage[],
    onSent?: (sent: readonly TableMessage[]) => Promise<void>,
    delayMs?: number,
  ): Promise<void>;
  /** Lets a received message be seen again after `delayMs`. */
  delay(receiptHandle: string, delayMs: number): Promise<void>;
  deadLetter(body: string, reason: DeadLetterReason): Promise<void>;
}

export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  readonly attempts: number | undefined;
  /** Epoch milliseconds at which the letter was sent. */
  readonly sentAtMs: number;
}

/** The dead letters of one source, as an operator sees them. Every method throws a QueueError. */
export interface DeadLetterQueue {
  /** Up to ten letters, hidden from others for `hideSeconds`; empty when there are none in sight. */
  receive(hideSeconds: number): Promise<readonly DeadLetter[]>;
  /** Hides received letters for `seconds` from now on. One that is gone or in sight again stays as it is. */
  hide(letters: readonly DeadLetter[], seconds: number): Promise<void>;
  /** Shows letters to others again at once. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  /** @throws QueueError also when only some of them could not be deleted */
  delete(letters: readonly DeadLetter[]): Promise<void>;
}
