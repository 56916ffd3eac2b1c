import { describe, expect, it } from '@jest/globals';
import { schemaHash } from '../../../shared/core/schema-hash.ts';

const id = { name: 'id', source_type: 'bigint', landed_type: 'Int64' };
const note = { name: 'note', source_type: 'text', landed_type: 'Utf8' };

describe('schemaHash', () => {
  it('is the same for the same columns in every release', () => {
    expect(schemaHash([id, note])).toBe('f06367ac0aefb0e5');
    expect(schemaHash([])).toBe('4f53cda18c2baa0c');
  });

  it('differs by name, by either type, and by order', () => {
    const hashes = [
      [id, note],
      [note, id],
      [id],
      [id, { ...note, name: 'notes' }],
      [id, { ...note, source_type: 'varchar(10)' }],
      [id, { ...note, landed_type: 'Binary' }],
      [{ name: 'id","bigint', source_type: '', landed_type: 'Int64' }, note],
    ].map(schemaHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('reads the columns only, whatever else they carry', () => {
    expect(schemaHash([{ ...id, extra: 1 } as typeof id])).toBe(schemaHash([id]));
  });
});
