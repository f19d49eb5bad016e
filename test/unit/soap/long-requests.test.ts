import { expect } from 'chai';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { defaultSoapLimits } from '../../../src/soap/contract/limits.js';
import { LONG_DOCUMENT_CHARS } from '../../../src/soap/decode/parse-envelope.js';
import { serviceCodec } from '../../../src/soap/service-codec.js';
import { contractOf, envelope } from './fixtures.js';

const codec = serviceCodec(contractOf('OXResellerUserService'));
const reading = { limits: defaultSoapLimits, lenientRequests: false };

/** Of texts in which every kind of boundary may fall. */
function longRequest(pad: number, broken = ''): string {
  const alias = (index: number): string =>
    `<dat:aliases>😀${index}\r\n&amp;&#x1F600;<![CDATA[]]x<]]>ü@a.example</dat:aliases><!-- 😀 -->`;
  const aliases = Array.from({ length: 4_000 }, (_, index) => alias(index)).join('');
  const name = `<dat:name>${'n'.repeat(pad)}</dat:name>`;
  return envelope(`<svc:change><svc:usrdata>${name}${aliases}${broken}</svc:usrdata></svc:change>`);
}

describe('a long request, read in parts', () => {
  it('is what it is when read at once, wherever the parts end', async () => {
    const length = longRequest(0).length;
    expect(length).to.be.greaterThan(4 * LONG_DOCUMENT_CHARS);
    for (let pad = 0; pad < 40; pad += 1) {
      const xml = longRequest(pad);
      expect(await codec.decodeLongRequest(xml, reading)).to.deep.equal(codec.decodeRequest(xml, reading));
    }
  });

  it('is refused with the same words and the same place', async () => {
    const xml = longRequest(0, '<dat:aliases></dat:alias>');
    let atOnce: unknown;
    try {
      codec.decodeRequest(xml, reading);
    } catch (error) {
      atOnce = error;
    }
    const inParts: unknown = await codec.decodeLongRequest(xml, reading).catch((error: unknown) => error);
    expect(String(inParts))
      .to.equal(String(atOnce))
      .and.match(/not well-formed XML \(line \d+/);
  });

  it('lets the event loop turn, and other requests be read meanwhile', async () => {
    const xml = longRequest(0);
    let isOver = false;
    const long = codec.decodeLongRequest(xml, reading).then((read) => {
      isOver = true;
      return read;
    });
    let turns = 0;
    while (!isOver) {
      codec.decodeRequest(envelope('<svc:list/>'), reading);
      await nextTurn();
      turns += 1;
    }
    expect(turns).to.be.at.least(Math.floor(xml.length / LONG_DOCUMENT_CHARS));
    expect(await long).to.deep.equal(codec.decodeRequest(xml, reading));
  });
});
