import { expect } from 'chai';
import { WsdlClient } from '../../src/cli/wsdl/wsdl-client.js';
import { writeMessage } from '../../src/cli/wsdl/write-message.js';

describe('messages of oxbow call, from a WSDL in several files', () => {
  const store = async () => {
    const client = await WsdlClient.open('test/cli/foreign/split.wsdl', {
      timeoutMs: 0,
      signal: new AbortController().signal,
      headers: {},
      endpoint: null,
      allowsOtherOrigins: false,
    });
    const operation = client.operation('store');
    if (operation === null) throw new Error('no operation');
    return operation;
  };

  it('prefer SOAP 1.1', async () => {
    const { url, port } = await store();
    expect({ url, version: port.version }).to.deep.equal({ url: 'http://127.0.0.1:1/11', version: '1.1' });
  });

  it('have references, groups, choices, text with attributes and inherited members where the schema has them', async () => {
    const { body } = await store();
    const xml = writeMessage(body, {
      local: { inner: '12345678901234567890' },
      thing: { part: [{ part: [], id: 2 }, {}], id: 1 },
      from: ['2020-01-02T03:04:05Z', '2021-01-02T03:04:05Z'],
      long: 'plain',
      label: ['a', { $value: 'b & c', $attributes: { lang: 'de"\n' } }],
      $attributes: { mode: 'x<y' },
    });
    expect(xml).to.equal(
      '<n1:store xmlns:n1="urn:split:a" xmlns:n2="urn:split:b" mode="x&lt;y">' +
        '<n2:label>a</n2:label><n2:label lang="de&quot;&#10;">b &amp; c</n2:label>' +
        '<n1:long>plain</n1:long>' +
        '<n1:from>2020-01-02T03:04:05Z</n1:from><n1:from>2021-01-02T03:04:05Z</n1:from>' +
        '<n1:thing><id>1</id><n1:part><id>2</id></n1:part><n1:part></n1:part></n1:thing>' +
        '<local><n1:inner>12345678901234567890</n1:inner></local>' +
        '</n1:store>',
    );
  });

  it('are refused with the path of what does not fit', async () => {
    const { body } = await store();
    const refusals: [object, string][] = [
      [{ thing: { part: [{ id: 1.5 }] } }, 'thing.part[0].id must be int'],
      [{ thing: { part: [{}, { ids: 1 }] } }, 'unknown argument thing.part[1].ids; did you mean id?'],
      [{ short: ['a'] }, 'short is not a list'],
      [{ short: null }, 'short must not be null; leave it out'],
      [{ label: { lang: 'de' } }, 'unknown argument label.lang; known here: none'],
      [{ label: { $attributes: [] } }, 'label.$attributes must be an object'],
      [{ local: { inner: 'x' } }, 'local.inner must be integer'],
    ];
    for (const [args, message] of refusals)
      expect(() => writeMessage(body, args), JSON.stringify(args)).to.throw(message);
  });
});
