/** A call of a program to something outside of it, before any fault. */
export interface CallSite {
  readonly service: 's3' | 'sqs' | 'sns' | 'secrets' | 'database' | 'clock';
  /** The SDK command without its ending, or the step of the database. */
  readonly operation: string;
  /** The object, the queue or the table that it is about. */
  readonly key: string;
  /** A write that S3 does only when a condition holds. */
  readonly conditional?: boolean;
}

const ofServices =
  (...services: readonly CallSite['service'][]) =>
  (site: CallSite) =>
    services.includes(site.service);

const ofDatabase =
  (...operations: readonly string[]) =>
  (site: CallSite) =>
    site.service === 'database' && operations.includes(site.operation);

const ofAnything = () => true;
const ofS3Write = (site: CallSite) => site.service === 's3' && /^(Put|Upload|Complete|Create)/.test(site.operation);
const ofSending = (site: CallSite) => site.service === 'sqs' && site.operation.startsWith('SendMessage');

/** Every fault there is, and the calls that it can strike. */
export const FAULT_SITES = {
  'crash-before': ofAnything,
  'crash-after': ofAnything,
  freeze: ofAnything,
  'replay-crash': (site: CallSite) => site.operation === 'DeleteMessageBatch',
  'slow-answer': ofServices('s3', 'sqs', 'sns'),
  's3-unavailable': ofServices('s3'),
  's3-conflict': (site: CallSite) => site.conditional === true,
  's3-denied': ofServices('s3'),
  's3-answer-lost': ofS3Write,
  's3-written-twice': ofS3Write,
  's3-late-effect': ofS3Write,
  's3-upload-gone': (site: CallSite) => /^(UploadPart|CompleteMultipart)/.test(site.operation),
  'sqs-unavailable': ofServices('sqs'),
  'sqs-answer-lost': ofSending,
  'sqs-sent-twice': ofSending,
  'sqs-partial-batch': (site: CallSite) => site.operation === 'SendMessageBatch',
  'dead-letter-refused': (site: CallSite) => ofSending(site) && site.key.endsWith('-dead'),
  'sns-down': ofServices('sns'),
  'secrets-unavailable': ofServices('secrets'),
  'connection-cut': ofDatabase('open', 'survey', 'batch'),
  deadlock: ofDatabase('open', 'batch'),
  stall: ofDatabase('open', 'batch'),
  'silent-end': ofDatabase('batch'),
  'secret-rotated': ofDatabase('open', 'survey'),
  'permission-revoked': ofDatabase('open', 'survey'),
  'rows-changed': ofDatabase('open', 'survey', 'batch'),
  'table-emptied': ofDatabase('open', 'survey', 'batch'),
  'schema-changed': ofDatabase('open', 'survey', 'batch'),
} as const satisfies Record<string, (site: CallSite) => boolean>;

/** What befalls the queue itself, not a call. */
export const DELIVERY_FAULTS = ['delivered-twice', 'delivered-late', 'deletion-lost', 'foreign-message'] as const;

export type DeliveryFault = (typeof DELIVERY_FAULTS)[number];
export type CallFault = keyof typeof FAULT_SITES;
export type FaultKind = CallFault | DeliveryFault;

export const CALL_FAULTS = Object.keys(FAULT_SITES) as CallFault[];
export const FAULT_KINDS: readonly FaultKind[] = [...CALL_FAULTS, ...DELIVERY_FAULTS];

/** Strikes the `nth` call, from 0, that its kind can strike. */
export interface PlannedFault {
  readonly kind: FaultKind;
  readonly nth: number;
}

/** Says for each call whether a planned fault strikes it, and counts what struck. */
export class FaultPlan {
  readonly struck = new Map<FaultKind, number>();
  readonly #due = new Map<FaultKind, Set<number>>();
  readonly #met = new Map<FaultKind, number>();
  #over = false;

  constructor(faults: readonly PlannedFault[]) {
    for (const { kind, nth } of faults) this.#due.set(kind, (this.#due.get(kind) ?? new Set()).add(nth));
  }

  /** No fault strikes any more. */
  end(): void {
    this.#over = true;
  }

  /** The first planned fault that strikes the call; all others that it is due for pass. */
  strike(site: CallSite): CallFault | undefined {
    let first: CallFault | undefined;
    for (const kind of this.#due.keys()) {
      const strikes = (FAULT_SITES as Readonly<Record<string, (site: CallSite) => boolean>>)[kind];
      if (strikes?.(site) && this.#isDue(kind)) first ??= kind as CallFault;
    }
    if (first !== undefined) this.#count(first);
    return first;
  }

  strikeDelivery(kind: DeliveryFault): boolean {
    const strikes = this.#due.has(kind) && this.#isDue(kind);
    if (strikes) this.#count(kind);
    return strikes;
  }

  #isDue(kind: FaultKind): boolean {
    if (this.#over) return false;
    const met = this.#met.get(kind) ?? 0;
    this.#met.set(kind, met + 1);
    return this.#due.get(kind)?.has(met) ?? false;
  }

  #count(kind: FaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
  }
}
