import { describe, expect, it } from '@jest/globals';
import { epochOf, lossOf } from '../../../../../shared/source/mssql/bound/tracking-bound.ts';

const NOW = {
  minValidVersion: '90',
  currentVersion: '9007199254740993',
  beginVersion: '7',
  objectId: '11',
  internalTableId: '13',
};
const EPOCH = '7/11/13';

it('an epoch is that of the tracking, the table and the table of its changes', () => {
  expect(epochOf(NOW)).toBe(EPOCH);
  expect(epochOf({ ...NOW, internalTableId: null })).toBe('7/11/-');
  expect(epochOf(NOW, '42')).toBe('7/11/13/42');
});

describe('the changes behind a watermark', () => {
  it.each([
    ['without a watermark', null, null, undefined],
    ['of the last version', '9007199254740993', EPOCH, undefined],
    ['of the oldest version', '90', EPOCH, undefined],
    ['of a version that is yet to come', '9007199254740994', EPOCH, 'version-went-back'],
    ['of a version that is forgotten', '89', EPOCH, 'history-cleaned'],
    ['of another table', '100', '7/12/13', 'tracking-restarted'],
    ['of before TRUNCATE TABLE', '100', '6/11/13', 'tracking-restarted'],
    ['of before DISABLE and ENABLE', '100', '7/11/12', 'tracking-restarted'],
    ['of an epoch that nobody noted', '100', null, 'tracking-restarted'],
    ['of an epoch of another form', '100', '7/11', 'tracking-restarted'],
    ['of an epoch with the rows of its beginning', '100', '7/11/13/42', undefined],
    ['of when the table of the changes was hidden', '100', '7/11/-', undefined],
    ['of before, when it was hidden', '100', '6/11/-', 'tracking-restarted'],
  ] as const)('%s', (_, watermark, epoch, lost) => {
    expect(lossOf({ by: 'change-tracking', watermark, epoch }, NOW)).toBe(lost);
  });

  it('are no restart when the table of the changes is hidden now', () => {
    const request = { by: 'change-tracking', watermark: '100', epoch: EPOCH } as const;
    expect(lossOf(request, { ...NOW, internalTableId: null })).toBeUndefined();
  });
});
