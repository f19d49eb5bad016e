import { expect } from 'chai';
import { html, named } from '../../../src/http/console/parts/html.js';
import { showBytes, showPercent } from '../../../src/http/console/parts/tables.js';

describe('console: templates and formats', () => {
  it('escapes every value, in texts and attributes, and nothing twice', () => {
    const evil = `<b a="1" c='2'>&amp;`;
    expect(html`<p title="${evil}">${[evil, html`<i>${evil}</i>`]}</p>`.text).to.equal(
      '<p title="&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;">&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;' +
        '<i>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;</i></p>',
    );
    expect(html`${null}${false}${0}${''}`.text).to.equal('0');
    expect(named('<x>').text).to.equal('<bdi>&lt;x&gt;</bdi>');
  });

  it('shows sizes and shares as people read them', () => {
    expect([0, 1023, 1024, 1536, 1024 ** 2 * 993, 1024 ** 4 * 5].map(showBytes)).to.deep.equal([
      '0 B',
      '1023 B',
      '1 kB',
      '1.5 kB',
      '993 MB',
      '5 TB',
    ]);
    expect([showPercent(0, 5), showPercent(1, 500), showPercent(199, 200), showPercent(3, 0)]).to.deep.equal([
      '0 %',
      'below 1 %',
      '99 %',
      'over 100 %',
    ]);
  });
});
