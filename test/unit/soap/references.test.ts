import { expect } from 'chai';
import fc from 'fast-check';
import { defaultSoapLimits } from '../../../src/soap/contract/limits.js';
import { serviceCodec } from '../../../src/soap/service-codec.js';
import { contractOf, decodeBody, envelope, faultOf } from './fixtures.js';

const change = (user: string, beside = ''): string =>
  `<svc:change><svc:usrdata>${user}</svc:usrdata></svc:change>${beside}`;
const userOf = (message: unknown): unknown => (message as { usrdata: unknown }).usrdata;
const read = (user: string, beside = ''): unknown => userOf(decodeBody(change(user, beside)));
const refusal = (user: string, beside = ''): { code: string; text: string } =>
  faultOf(() => decodeBody(change(user, beside)));

const map = (content: string, attributes = ''): string =>
  `<dat:userAttributes>${['config', 'other']
    .map((key, index) => `<dat:entries><dat:key>${key}</dat:key><dat:value ${index === 0 ? attributes : ''}`)
    .join(`>${content}</dat:value></dat:entries>`)}`;

describe('references within a request', () => {
  const entries = '<dat:entries><dat:key>a</dat:key><dat:value>1</dat:value></dat:entries>';
  const wanted = {
    userAttributes: {
      entries: ['config', 'other'].map((key) => ({ key, value: { entries: [{ key: 'a', value: '1' }] } })),
    },
  };

  it('stand for the object that a client sent once and used twice, before and after it', () => {
    const object = map(entries, 'id="ref1"') + ' href="#ref1"/></dat:entries></dat:userAttributes>';
    expect(read(object)).to.deep.equal(wanted);
    const late =
      map('', 'href="#ref1"') + ` id="ref1">${entries}</dat:value></dat:entries></dat:userAttributes>`;
    expect(read(late)).to.deep.equal(wanted);
  });

  it('stand for texts, numbers and nil', () => {
    const parts =
      '<dat:given_name id="n">Anna</dat:given_name><dat:sur_name href="#n"/><dat:maxQuota id="q">5</dat:maxQuota>' +
      '<dat:uploadFileSizeLimit href="#q"/><dat:company id="x" xsi:nil="true"/><dat:note href="#x"/>';
    expect(read(parts)).to.include({
      given_name: 'Anna',
      sur_name: 'Anna',
      maxQuota: 5n,
      company: null,
      note: null,
    });
    expect(read(parts)).to.have.property('uploadFileSizeLimit', 5);
  });

  it('go along a chain, and to elements beside the message', () => {
    const chain = '<dat:given_name href="#b"/><dat:sur_name id="b" href="#c"/>';
    expect(read(chain, '<multiRef id="c">Anna</multiRef>')).to.include({
      given_name: 'Anna',
      sur_name: 'Anna',
    });
  });

  it('are nothing beside content of their own', () =>
    expect(read('<dat:note id="a" href="#b">x</dat:note>')).to.deep.equal({ note: 'x' }));

  it('are nothing where nobody refers to them', () =>
    expect(read('<dat:given_name id="n">Anna</dat:given_name>')).to.deep.equal({ given_name: 'Anna' }));

  const refused: Record<string, [string, RegExp, string?]> = {
    'to nothing': ['<dat:note href="#no"/>', /^The reference "#no" points to nothing in the request\.$/],
    'to another document': ['<dat:note href="http://127.0.0.1/a"/>', /points to nothing/],
    'to an attachment that did not come': ['<dat:note href="cid:a"/>', /points to nothing/],
    'to a file': ['<dat:note href="file:///etc/passwd"/>', /points to nothing/],
    'to themselves': ['<dat:note id="a" href="#a"/>', /refers to itself/],
    'in a circle': ['<dat:note id="a" href="#b"/><dat:company id="b" href="#a"/>', /refers to itself/],
    'to what they are in': [
      '<dat:userAttributes id="a"><dat:entries><dat:value href="#a"/></dat:entries></dat:userAttributes>',
      /itself/,
    ],
    'to an id that two have': [
      '<dat:note id="a">x</dat:note><dat:title id="a">y</dat:title><dat:company href="#a"/>',
      /^The id "a" was given more than once\.$/,
    ],
    'beside a second message': [
      '<dat:note id="a">x</dat:note><dat:company href="#a"/>',
      /more than one child/,
      '<x/>',
    ],
    'beside an element that nothing refers to': [
      '<dat:note id="a">x</dat:note><dat:company href="#a"/>',
      /more than one child/,
      '<svc:delete id="z"/>',
    ],
  };
  for (const [what, [user, text, beside]] of Object.entries(refused))
    it(`are refused ${what}`, () => {
      const fault = refusal(user, beside);
      expect(fault.code).to.equal('Client');
      expect(fault.text).to.match(text);
    });

  it('are bounded when each stands for several', () => {
    const level = (n: number): string => `<x id="l${n}">${`<x href="#l${n + 1}"/>`.repeat(10)}</x>`;
    const bomb = `<dat:note href="#l19"/>${Array.from({ length: 20 }, (_, n) => level(n)).join('')}<x id="l20"/>`;
    const fault = faultOf(() => decodeBody(change(bomb), { lenient: true }));
    expect(fault.text).to.equal('The request exceeds a limit: number of elements.');
    const text = `<dat:note id="t">${'x'.repeat(100_000)}</dat:note>`;
    const copies = '<dat:aliases href="#t"/>'.repeat(100);
    expect(refusal(text + copies).text).to.equal('The request exceeds a limit: text of the references.');
  });

  it('give the message that has everything written out, wherever they stand', () => {
    const names = ['given_name', 'sur_name', 'note', 'company', 'title', 'city_home'];
    const values = fc.array(fc.constantFrom('', 'a', 'Ünal', '<', ' b '), { minLength: 6, maxLength: 6 });
    const targets = fc.array(fc.nat(5), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(values, targets, fc.nat(63), (texts, to, mask) => {
        const refers = (index: number): boolean =>
          (mask & (1 << index)) !== 0 && (mask & (1 << at(index))) === 0;
        const at = (index: number): number => to[index] ?? 0;
        const escaped = (index: number): string => (texts[index] ?? '').replace('<', '&lt;');
        const plain = names.map((name, i) => `<dat:${name}>${escaped(refers(i) ? at(i) : i)}</dat:${name}>`);
        const short = names.map((name, i) =>
          refers(i)
            ? `<dat:${name} href="#${at(i)}"/>`
            : `<dat:${name} id="${i}">${escaped(i)}</dat:${name}>`,
        );
        expect(read(short.join(''))).to.deep.equal(read(plain.join('')));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('of XOP and of attachments stand for the bytes in base64', () => {
    const bytes = Buffer.from([0, 1, 13, 10, 255]);
    const decode = (image: string): unknown =>
      userOf(
        serviceCodec(contractOf('OXResellerUserService')).decodeRequest(envelope(change(image)), {
          limits: defaultSoapLimits,
          lenientRequests: false,
          attachments: new Map([['a b@x', bytes]]),
        }).message,
      );
    const include = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:a%20b@x"/>';
    expect(decode(`<dat:image1>${include}</dat:image1>`)).to.deep.equal({ image1: bytes });
    expect(decode('<dat:image1 href="cid:a%20b@x"/>')).to.deep.equal({ image1: bytes });
  });

  it('leave the type of SOAP encoding for base64 its meaning', () => {
    const typed =
      '<dat:note xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" xsi:type="e:base64">w7w=</dat:note>';
    expect(read(typed)).to.deep.equal({ note: 'ü' });
  });
});
