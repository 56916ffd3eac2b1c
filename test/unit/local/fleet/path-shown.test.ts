import { describe, expect, it } from '@jest/globals';
import { pathShown } from '../../../../local/fleet/path-shown.ts';

describe('a path for a person', () => {
  it('is relative below the working folder, and absolute elsewhere', () => {
    expect(pathShown(`${process.cwd()}/landed`)).toBe('landed');
    expect(pathShown(process.cwd())).toBe('.');
    expect(pathShown('/etc')).toBe('/etc');
  });
});
