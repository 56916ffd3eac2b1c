import {
  CONNECTION_LOST,
  DATABASE_NOT_FOUND,
  DATABASE_NOT_OPENED,
  DATABASE_UNAVAILABLE,
  type ErrorVerdict,
  HOST_UNREACHABLE,
  LOGIN_DISABLED,
  LOGIN_REFUSED,
  once,
  PERMISSION_DENIED,
  permanent,
  QUERY_INVALID,
  SERIALIZATION,
  SERVER_ERROR,
  SERVER_RESOURCES,
  SYNTAX_ERROR,
  TLS_REFUSED,
  transient,
  VALUE_INVALID,
} from './error-verdicts.ts';

const TABLE_NOT_FOUND = permanent('TABLE_NOT_FOUND', 'Check schema and table, and that the user may see it.');
const COLUMN_NOT_FOUND = permanent('COLUMN_NOT_FOUND', 'Check the column names in `select`, `sql` or `where`.');
const WRITES = permanent('QUERY_INVALID', 'Tables are only read: remove what writes from `sql`.');
const TRACKING_OFF = permanent(
  'CHANGE_TRACKING_OFF',
  'Let a database administrator run ALTER TABLE … ENABLE CHANGE_TRACKING.',
);
const TRACKING_ON_PRIMARY = once(
  'READ_INTENT_REFUSED',
  'Only the primary replica knows of changes: set `read_only_intent: false`.',
);
const FIREWALL = permanent('HOST_UNREACHABLE', "Let the fleet's addresses or subnet through the server's firewall.");
const DEADLOCK = transient('DEADLOCK', 'The server broke a deadlock by ending this query; it is read again.');
const LOCK_TIMEOUT = transient(
  'LOCK_TIMEOUT',
  'Another session holds a lock on the table; see sys.dm_tran_locks if it persists. ' +
    'With `isolation: snapshot` nothing is waited for.',
);
const TOO_MANY_CONNECTIONS = transient(
  'TOO_MANY_CONNECTIONS',
  "Lower the source's max_concurrency, or allow more connections.",
);
const TABLE_ALTERED = transient('SERIALIZATION', 'The table was altered while it was read; it is read again.');
const VERSION_STORE_FULL = transient(
  'SERVER_RESOURCES',
  'tempdb has no room for row versions: enlarge it, end long transactions, or set `isolation: read-committed`.',
);
const READ_COMMITTED_INSTEAD = 'Set `isolation: read-committed` for the source.';
const SNAPSHOT_REFUSED = permanent(
  'ISOLATION_REFUSED',
  `Run ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON, or: ${READ_COMMITTED_INSTEAD}`,
);
const SNAPSHOT_UNSUPPORTED = permanent(
  'ISOLATION_REFUSED',
  `What the query reads cannot be read that way, as memory-optimized tables cannot. ${READ_COMMITTED_INSTEAD}`,
);
const SNAPSHOT_PENDING = transient('ISOLATION_REFUSED', 'Snapshot isolation is being switched on or off; wait for it.');
const NEEDS_READ_INTENT = once(
  'READ_INTENT_REFUSED',
  'A secondary that wants it was reached: `read_only_intent: true`.',
);
const NO_READ_INTENT = once('READ_INTENT_REFUSED', 'The replica takes no readers: set `read_only_intent: false`.');
const DAMAGED = transient('SERVER_ERROR', 'Pages may be damaged: see the error log and run DBCC CHECKDB.');

/**
 * "Database Engine events and errors" of Microsoft's documentation; the numbers of 40000 and more are Azure SQL's.
 * 64, 121, 233, 997 and 10053 to 11001 are Windows' and Winsock's, which the server's network layer passes on.
 */
const NUMBERS: readonly (readonly [ErrorVerdict, readonly number[]])[] = [
  [LOGIN_REFUSED, [18456, 18487, 18488]],
  [LOGIN_DISABLED, [17892, 18450, 18452, 18470, 18486]],
  [DATABASE_NOT_OPENED, [4060, 4064]],
  [DATABASE_NOT_FOUND, [911, 40532]],
  [FIREWALL, [40615, 40914, 47073]],
  [TLS_REFUSED, [17835]],
  [PERMISSION_DENIED, [229, 230, 262, 297, 300, 371, 916, 15151]],
  [TABLE_NOT_FOUND, [208, 1088, 2706]],
  [COLUMN_NOT_FOUND, [207, 4104]],
  [SYNTAX_ERROR, [102, 103, 105, 113, 137, 156, 170, 319, 1033, 1038, 1087, 4145]],
  [
    QUERY_INVALID,
    [
      107, 116, 120, 195, 201, 205, 206, 209, 213, 257, 266, 281, 402, 446, 451, 457, 468, 512, 529, 1934, 2812, 3902,
      3903, 4121, 4413, 4502, 7202, 8116, 8117, 8120, 8121, 8144, 8145, 8146, 8155, 8156, 8158, 8622, 8623, 8632, 15281,
      40508, 40515,
    ],
  ],
  [WRITES, [3906]],
  [TRACKING_OFF, [22105]],
  [TRACKING_ON_PRIMARY, [22117]],
  [
    VALUE_INVALID,
    [
      220, 232, 235, 241, 242, 244, 245, 248, 295, 517, 535, 537, 1007, 3623, 6522, 8114, 8115, 8134, 8169, 9402, 9420,
      9455, 13609,
    ],
  ],
  [SNAPSHOT_REFUSED, [3951, 3952, 3954]],
  [SNAPSHOT_UNSUPPORTED, [3996, 41332, 41333, 41368]],
  [SNAPSHOT_PENDING, [3956, 3957]],
  [NEEDS_READ_INTENT, [978]],
  [NO_READ_INTENT, [979]],
  [DEADLOCK, [1205, 1211]],
  [LOCK_TIMEOUT, [1222]],
  [TABLE_ALTERED, [2021, 2816, 3961, 4117, 4184, 41339]],
  [SERIALIZATION, [601, 617, 669, 3947, 3948, 3950, 3960, 3980, 41301, 41302, 41305, 41325, 41383, 41839]],
  [VERSION_STORE_FULL, [3958, 3959, 3966, 3967]],
  [TOO_MANY_CONNECTIONS, [10928, 10929, 10936, 17809, 17889, 18458]],
  [
    SERVER_RESOURCES,
    [
      701, 802, 1101, 1105, 1204, 8628, 8645, 8651, 8657, 9002, 10922, 10930, 17189, 17197, 17300, 40189, 40501, 40549,
      40550, 40551, 40552, 40553, 40642, 40648, 40675, 40890, 40903, 41823, 41840, 49918, 49919, 49920, 49977,
    ],
  ],
  [
    DATABASE_UNAVAILABLE,
    [
      615, 921, 922, 923, 924, 926, 927, 941, 942, 945, 952, 954, 976, 982, 983, 988, 3908, 3953, 3955, 4221, 6005,
      9001, 17142, 18401, 18451, 18461, 40143, 40197, 40540, 40613, 40671, 42108, 42109, 49802,
    ],
  ],
  [CONNECTION_LOST, [64, 121, 233, 596, 997, 4014, 10053, 10054, 40623]],
  [HOST_UNREACHABLE, [10060, 11001]],
  [DAMAGED, [605, 823, 824]],
  [SERVER_ERROR, [3624, 17065, 17066, 17067]],
];

/** Verdicts on the server's errors whose meaning is known. */
export const VERDICT_BY_NUMBER: ReadonlyMap<number, ErrorVerdict> = new Map(
  NUMBERS.flatMap(([verdict, numbers]) => numbers.map((number) => [number, verdict] as const)),
);
