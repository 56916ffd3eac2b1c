import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { childText, readXml } from '../../../../../local/s3/xml/read.ts';
import { element, optional, s3Document } from '../../../../../local/s3/xml/write.ts';

describe('XML', () => {
  it('survives writing and reading, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const root = readXml(s3Document('Root', [element('Key', text), optional('None', undefined)]));
        expect(root.name).toBe('Root');
        expect(root.children).toHaveLength(1);
        expect(childText(root, 'Key')).toBe(text);
      }),
    );
  });

  it('writes control characters as references', () => {
    expect(element('K', 'a\u0001\r\n<&>"\'').xml).toBe('<K>a&#x1;&#xd;&#xa;&lt;&amp;&gt;&quot;&apos;</K>');
  });

  it('reads what clients send', () => {
    const root = readXml(
      '\uFEFF<?xml version="1.0"?><!-- c --><s:Delete xmlns:s="http://x/"><Object a="1/2"><Key>a&#x2F;&#98;<![CDATA[<c>]]></Key></Object ><Quiet/></s:Delete>\n',
    );
    expect(root.name).toBe('Delete');
    expect(root.children.map(({ name }) => name)).toEqual(['Object', 'Quiet']);
    expect(childText(root.children[0]!, 'Key')).toBe('a/b<c>');
    expect(childText(root, 'Missing')).toBeUndefined();
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a/>text',
    '<a>&unknown;</a>',
    '<a>&#x110000;</a>',
    '<a>&</a>',
    '<a',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a>'.repeat(40) + '</a>'.repeat(40),
  ])('refuses %j', (xml) => {
    expect(() => readXml(xml)).toThrow(expect.objectContaining({ code: 'MalformedXML', status: 400 }));
  });
});
