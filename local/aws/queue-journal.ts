import type { buildApp } from 'fauxqs';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type SqsStore = Stores['sqsStore'];
export type SnsStore = Stores['snsStore'];
export type S3Store = Stores['s3Store'];
type Queue = ReturnType<SqsStore['createQueue']>;
type Journal = NonNullable<SqsStore['persistence']>;

interface EmulatorParts {
  readonly SqsStore: new () => SqsStore;
  readonly SnsStore: new () => SnsStore;
  readonly S3Store: new () => S3Store;
  readonly PersistenceManager: new (folder: string) => Journal;
}

/**
 * fauxqs exports only `startFauxqs`, which listens on every network interface, and `buildApp`, which takes stores but
 * does not export their classes. They are loaded by URL beside the package's entry; its version is pinned exactly.
 */
export async function loadEmulatorParts(): Promise<EmulatorParts> {
  const entry = import.meta.resolve('fauxqs');
  const load = async (path: string) => (await import(new URL(path, entry).href)) as Partial<EmulatorParts>;
  const [sqs, sns, s3, persistence] = await Promise.all([
    load('./sqs/sqsStore.js'),
    load('./sns/snsStore.js'),
    load('./s3/s3Store.js'),
    load('./persistence.js'),
  ]);
  return { ...sqs, ...sns, ...s3, ...persistence } as EmulatorParts;
}

/** What fauxqs keeps private in its journal and this module needs. */
interface JournalInside {
  readonly db: { exec(sql: string): void; prepare(sql: string): { run(...values: unknown[]): unknown } };
  updateMessageReady(messageId: string): void;
  transaction(work: () => void): void;
}

/**
 * Reads queues and topics from `folder` into the stores and writes every later change through to it.
 * A message is on disk before its send is answered, so a killed process loses none.
 */
export function attachJournal(parts: EmulatorParts, folder: string, sqs: SqsStore, sns: SnsStore): Journal {
  const journal = new parts.PersistenceManager(folder);
  const inside = journal as unknown as JournalInside;
  // In WAL mode NORMAL survives the death of the process; only a power cut can take the last commits.
  inside.db.exec('PRAGMA synchronous = NORMAL');
  releaseInFlight(inside);
  mendUpdateMessageReady(inside);
  journal.loadSqsAndSns(sqs, sns);
  sqs.persistence = journal;
  sns.persistence = journal;
  for (const queue of sqs.allQueues()) wire(queue, journal, inside);
  const createQueue = sqs.createQueue.bind(sqs);
  sqs.createQueue = (...given) => wire(createQueue(...given), journal, inside);
  return journal;
}

/**
 * Whoever held these messages is dead: one process alone has the folder. So they are visible at once instead of after
 * their visibility time-out of up to 90 minutes. Receive counts stay.
 */
function releaseInFlight({ db }: JournalInside): void {
  db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
}

/**
 * fauxqs 2.4.1 sets the receive count to NULL when a visibility time-out is changed to 0, which its own table forbids:
 * the request fails and the message is gone from memory.
 */
function mendUpdateMessageReady(inside: JournalInside): void {
  const release = inside.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  inside.updateMessageReady = (messageId) => {
    release.run(messageId);
  };
}

/**
 * A receive can move a message to the dead-letter queue, which fauxqs does by a delete and an insert. In one
 * transaction a kill between the two cannot lose it.
 */
function wire(queue: Queue, journal: Journal, inside: JournalInside): Queue {
  queue.persistence = journal;
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...given) => {
    let received: ReturnType<Queue['dequeue']> = [];
    inside.transaction(() => {
      received = dequeue(...given);
    });
    return received;
  };
  return queue;
}
