import { describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../../shared/core/errors.ts';
import { asSourceError } from '../../../../shared/source/mssql/errors.ts';
import { VERDICT_BY_NUMBER } from '../../../../shared/source/mssql/verdicts-by-number.ts';
import { serverError } from './server-error.ts';

const TRANSIENT: Readonly<Record<string, readonly number[]>> = {
  CONNECTION_LOST: [64, 121, 233, 596, 997, 4014, 10053, 10054, 40623],
  HOST_UNREACHABLE: [10060, 11001],
  DEADLOCK: [1205, 1211],
  LOCK_TIMEOUT: [1222],
  SERIALIZATION: [
    601, 617, 669, 2021, 2816, 3947, 3948, 3950, 3960, 3961, 3980, 4117, 4184, 41301, 41302, 41305, 41325, 41339, 41383,
    41839,
  ],
  ISOLATION_REFUSED: [3956, 3957],
  TOO_MANY_CONNECTIONS: [10928, 10929, 10936, 17809, 17889, 18458],
  SERVER_RESOURCES: [
    701, 802, 1101, 1105, 1204, 3958, 3959, 3966, 3967, 8628, 8645, 8651, 8657, 9002, 10922, 10930, 17189, 17197, 17300,
    40189, 40501, 40549, 40550, 40551, 40552, 40553, 40642, 40648, 40675, 40890, 40903, 41823, 41840, 49918, 49919,
    49920, 49977,
  ],
  DATABASE_UNAVAILABLE: [
    615, 921, 922, 923, 924, 926, 927, 941, 942, 945, 952, 954, 976, 982, 983, 988, 3908, 3953, 3955, 4221, 6005, 9001,
    17142, 18401, 18451, 18461, 40143, 40197, 40540, 40613, 40671, 42108, 42109, 49802,
  ],
  SERVER_ERROR: [605, 823, 824, 3624, 17065, 17066, 17067],
};

const ONCE: Readonly<Record<string, readonly number[]>> = {
  DATABASE_NOT_FOUND: [4060, 4064],
  READ_INTENT_REFUSED: [978, 979, 22117],
};

const PERMANENT: Readonly<Record<string, readonly number[]>> = {
  LOGIN_REFUSED: [18456, 18487, 18488],
  LOGIN_DISABLED: [17892, 18450, 18452, 18470, 18486],
  DATABASE_NOT_FOUND: [911, 40532],
  HOST_UNREACHABLE: [40615, 40914, 47073],
  TLS_REFUSED: [17835],
  PERMISSION_DENIED: [229, 230, 262, 297, 300, 371, 916, 15151],
  TABLE_NOT_FOUND: [208, 1088, 2706],
  COLUMN_NOT_FOUND: [207, 4104],
  SYNTAX_ERROR: [102, 103, 105, 113, 137, 156, 170, 319, 1033, 1038, 1087, 4145],
  QUERY_INVALID: [
    107, 116, 120, 195, 201, 205, 206, 209, 213, 257, 266, 281, 402, 446, 451, 457, 468, 512, 529, 1934, 2812, 3902,
    3903, 3906, 4121, 4413, 4502, 7202, 8116, 8117, 8120, 8121, 8144, 8145, 8146, 8155, 8156, 8158, 8622, 8623, 8632,
    15281, 40508, 40515,
  ],
  VALUE_INVALID: [
    220, 232, 235, 241, 242, 244, 245, 248, 295, 517, 535, 537, 1007, 3623, 6522, 8114, 8115, 8134, 8169, 9402, 9420,
    9455, 13609,
  ],
  CHANGE_TRACKING_OFF: [22105],
  ISOLATION_REFUSED: [3951, 3952, 3954, 3996, 41332, 41333, 41368],
};

const CASES = [
  ['transient', TRANSIENT],
  ['once', ONCE],
  ['permanent', PERMANENT],
] as const;

const ROWS = CASES.flatMap(([retry, codes]) =>
  Object.entries(codes).flatMap(([code, numbers]) => numbers.map((number) => [number, code, retry] as const)),
);

describe('errors of the server by number', () => {
  it.each(ROWS)('%i is %s, %s', (number, code, retry) => {
    const error = asSourceError(serverError(number), 'reading a.b');
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({
      code,
      retry,
      message: `Failed reading a.b: the server says no (SQL Server error ${number}, state 7, class 16).`,
    });
    expect(error.remedy).toBeTruthy();
  });

  it('are all in this table, each of them once', () => {
    const numbers = ROWS.map(([number]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect([...VERDICT_BY_NUMBER.keys()].toSorted((a, b) => a - b)).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('tell what to set when snapshot isolation is refused', () => {
    expect(asSourceError(serverError(3952), 'x').remedy).toBe(
      'Run ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON, or: Set `isolation: read-committed` for the source.',
    );
  });
});

describe('errors whose number is not listed', () => {
  it.each([
    [11, 'QUERY_FAILED', 'transient'],
    [13, 'SERIALIZATION', 'transient'],
    [14, 'PERMISSION_DENIED', 'permanent'],
    [15, 'SYNTAX_ERROR', 'permanent'],
    [16, 'QUERY_FAILED', 'transient'],
    [17, 'SERVER_RESOURCES', 'transient'],
    [18, 'SERVER_ERROR', 'transient'],
    [19, 'SERVER_RESOURCES', 'transient'],
    [20, 'SERVER_ERROR', 'transient'],
    [25, 'SERVER_ERROR', 'transient'],
  ])('of class %i are %s, %s', (severity, code, retry) => {
    expect(asSourceError(serverError(50_000, { class: severity }), 'x')).toMatchObject({ code, retry });
  });

  it('are transient without a class', () => {
    const bare = Object.assign(new Error('custom'), { number: 61_234 });
    expect(asSourceError(bare, 'x')).toMatchObject({
      code: 'QUERY_FAILED',
      retry: 'transient',
      message: 'Failed x: custom (SQL Server error 61234).',
    });
  });
});
