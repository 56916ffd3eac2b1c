import { describe, expect, it } from '@jest/globals';
import { databaseFacts } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

const ROW = {
  snapshotState: 1,
  readCommittedSnapshot: true,
  collation: 'SQL_Latin1_General_CP1_CI_AS',
  updateability: 'READ_WRITE',
  version: '16.0.4105.2',
};

describe('the facts of a database', () => {
  it('are read as they are', async () => {
    const { query, asked } = answering([ROW]);
    expect(await databaseFacts(query)).toEqual({
      snapshotAllowed: true,
      readCommittedSnapshot: true,
      collation: 'SQL_Latin1_General_CP1_CI_AS',
      readOnly: false,
      version: '16.0.4105.2',
    });
    expect(asked[0]!.bind).toEqual({});
  });

  it.each([0, 2, 3, null])('do not allow snapshots in state %j', async (snapshotState) => {
    expect(await databaseFacts(answering([{ ...ROW, snapshotState }]).query)).toMatchObject({ snapshotAllowed: false });
  });

  it('know a readable replica', async () => {
    const replica = answering([{ ...ROW, updateability: 'READ_ONLY' }]);
    expect(await databaseFacts(replica.query)).toMatchObject({ readOnly: true });
  });

  it('promise nothing when the database may not be looked up', async () => {
    expect(await databaseFacts(answering([]).query)).toEqual({
      snapshotAllowed: false,
      readCommittedSnapshot: false,
      collation: undefined,
      readOnly: false,
      version: 'unknown',
    });
  });
});
