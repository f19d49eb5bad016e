import { expect } from 'chai';
import type { SimpleType } from '../../../src/soap/contract/descriptors.js';
import { simpleFormatters, simpleParsers } from '../../../src/soap/contract/lexical.js';

const INVALID = undefined;
const readings: readonly (readonly [SimpleType, string, unknown])[] = [
  ['string', '  kept \n as is ', '  kept \n as is '],
  ['string', '', ''],
  ['int', ' 42 ', 42],
  ['int', '\n\t+7\r\n', 7],
  ['int', '-0', 0],
  ['int', '007', 7],
  ['int', '2147483647', 2147483647],
  ['int', '-2147483648', -2147483648],
  ['int', '2147483648', INVALID],
  ['int', '-2147483649', INVALID],
  ['int', 'abc', INVALID],
  ['int', '12abc', INVALID],
  ['int', '1e3', INVALID],
  ['int', '1.0', INVALID],
  ['int', '0x10', INVALID],
  ['int', '1 2', INVALID],
  ['int', '\u00a01', INVALID],
  ['int', '٣', INVALID],
  ['int', '', 0],
  ['int', '  ', 0],
  ['long', '', INVALID],
  ['long', '9007199254740993', 9007199254740993n],
  ['long', '-9223372036854775808', -9223372036854775808n],
  ['long', '9223372036854775808', INVALID],
  ['long', '1'.repeat(1_000_000), INVALID],
  ['long', 'NaN', INVALID],
  ['boolean', 'true', true],
  ['boolean', ' 1 ', true],
  ['boolean', '0', false],
  ['boolean', 'false', false],
  ['boolean', 'yes', INVALID],
  ['boolean', 'TRUE', INVALID],
  ['boolean', '', null],
  ['date', '1990-05-17', '1990-05-17'],
  ['date', ' 2016-04-18Z ', '2016-04-18Z'],
  ['date', '1980-02-29+02:00', '1980-02-29+02:00'],
  ['date', '1990-05-17T00:00:00.000Z', '1990-05-17Z'],
  ['date', '2020-02-30', INVALID],
  ['date', '1900-02-29', INVALID],
  ['date', '2000-02-29', '2000-02-29'],
  ['date', '2020-13-01', INVALID],
  ['date', '0000-01-01', INVALID],
  ['date', '2020-1-1', INVALID],
  ['date', '17.05.1990', INVALID],
  ['date', '2020-01-01+15:00', INVALID],
  ['date', '', INVALID],
  ['date', '1970', '1970-01-01'],
  ['date', '1970Z', '1970-01-01Z'],
  ['date', '1970-02', '1970-02-01'],
  ['date', '--02-03', INVALID],
  ['date', '10:00:00', INVALID],
  ['base64Binary', 'aGk=', Buffer.from('hi')],
  ['base64Binary', ' aG\n k= ', Buffer.from('hi')],
  ['base64Binary', '', Buffer.alloc(0)],
  ['base64Binary', 'aGk', Buffer.from('hi')],
  ['base64Binary', 'a', INVALID],
  ['base64Binary', '###', INVALID],
  ['base64Binary', 'aGk==', INVALID],
  ['base64Binary', 'a=k=', INVALID],
  ['base64Binary', 'a-_=', INVALID],
];

describe('lexical forms', () => {
  for (const [type, text, expected] of readings) {
    const shown = text.length > 40 ? `${text.length} digits` : JSON.stringify(text);
    const outcome = expected === INVALID ? 'refuses' : expected === null ? 'takes as not set' : 'reads';
    it(`${type}: ${outcome} ${shown}`, () => {
      expect(simpleParsers[type](text)).to.deep.equal(expected);
    });
  }

  it('writes what it reads', () => {
    expect(simpleFormatters.long(9007199254740993n)).to.equal('9007199254740993');
    expect(simpleFormatters.long(-5)).to.equal('-5');
    expect(simpleFormatters.int(-0)).to.equal('0');
    expect(simpleFormatters.boolean(true)).to.equal('true');
    expect(simpleFormatters.base64Binary(new Uint8Array([104, 105]))).to.equal('aGk=');
  });

  const unwritable: readonly (readonly [SimpleType, unknown])[] = [
    ['int', Infinity],
    ['int', NaN],
    ['int', 1.5],
    ['int', 2 ** 31],
    ['int', '1'],
    ['long', 2 ** 53],
    ['long', 2n ** 63n],
    ['boolean', 'true'],
    ['date', new Date(0)],
    ['date', '2020-02-30'],
    ['string', Symbol('x')],
    ['base64Binary', 'aGk='],
  ];
  for (const [type, value] of unwritable) {
    it(`${type}: does not write ${typeof value} ${String(value)}`, () => {
      expect(() => simpleFormatters[type](value)).to.throw(TypeError);
    });
  }
});
