import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { html } from '../../../../shared/report/text/html.ts';

describe('a piece of the page', () => {
  it('escapes what is put into it, in text and in attributes', () => {
    const name = `<script>alert("1")</script> & 'x'`;
    expect(html`<b title="${name}">${name}</b>`.text).toBe(
      '<b title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</b>',
    );
  });

  it('escapes once', () => {
    expect(html`<i>${html`<b>${'&'}</b>`}</i>`.text).toBe('<i><b>&amp;</b></i>');
  });

  it('takes lists, numbers and nothing', () => {
    expect(html`${[1, 'a<', html`<br>`]}${undefined}${null}${false}${0}`.text).toBe('1a&lt;<br>0');
  });

  it('shows characters that would not be seen', () => {
    expect(html`${'invoice\u202Efdp.exe\u0000\u2066'}`.text).toBe('invoice\\u202efdp.exe\\u0000\\u2066');
    expect(html`${'two\nlines\tand a tab'}`.text).toBe('two\nlines\tand a tab');
  });

  it('is text that UTF-8 can hold', () => {
    expect(html`${'half \ud800'}`.text).toBe('half \ufffd');
  });

  it('leaves no character of others that could end a text or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});
