import { expect } from 'chai';
import {
  parseContextSets,
  propertiesForTags,
  parseTagExpression,
} from '../../../src/provisioning/installation/context-sets.js';
import { moduleAccessFromNames } from '../../../src/provisioning/model/module-access.js';
import { contextTags } from '../../../src/provisioning/quota/config-cascade.js';
import { parsePropertiesFile } from '../../../src/settings/operator-files.js';

describe('tag expressions', () => {
  const rows: [expression: string, tags: string[], matches: boolean][] = [
    ['a', ['a'], true],
    ['a', ['A'], false],
    ['a', [], false],
    ['!a', [], true],
    ['!!a', ['a'], true],
    ['a & b', ['a'], false],
    ['a&b', ['a', 'b'], true],
    ['a | b & c', ['a'], true],
    ['(a | b) & c', ['a'], false],
    ['a & !(b | c)', ['a', 'c'], false],
    ['a & !(b | c)', ['a', 'd'], true],
    ['brand_x.example-1 & ucInfostore', ['brand_x.example-1', 'ucInfostore'], true],
  ];
  for (const [expression, tags, matches] of rows)
    it(`${expression} of ${tags.join(' ')}: ${matches}`, () =>
      expect(parseTagExpression(expression)(new Set(tags))).to.equal(matches));

  for (const bad of ['', ' ', 'a b', 'a &', '& a', '(a', 'a)', '()', 'a | | b', '!'])
    it(`refuses "${bad}"`, () => expect(() => parseTagExpression(bad)).to.throw(/"/));
});

describe('context sets', () => {
  const sets = parseContextSets(
    JSON.stringify({
      first: { withTags: 'premium', properties: { p: 'first', n: -1 } },
      second: { withTags: ['premium', 'big'], properties: { p: 'second', q: true } },
    }),
  );
  it('the first that says something counts', () => {
    const found = (...tags: string[]) => Object.fromEntries(propertiesForTags(sets, new Set(tags)));
    expect(found('premium', 'big')).to.deep.equal({ p: 'first', n: '-1', q: 'true' });
    expect(found('premium')).to.deep.equal({ p: 'first', n: '-1' });
    expect(found('big')).to.deep.equal({});
  });

  const refused: [text: string, reason: RegExp][] = [
    ['nonsense', /not JSON/],
    ['[]', /one object/],
    ['{"a": 1}', /set "a": it must be an object/],
    ['{"a": {"withTags": "x"}}', /set "a": "properties"/],
    ['{"a": {"properties": {}}}', /set "a": "withTags"/],
    ['{"a": {"withTags": [], "properties": {}}}', /set "a": "withTags"/],
    ['{"a": {"withTags": [1], "properties": {}}}', /set "a": "withTags"/],
    ['{"a": {"withTags": "x &", "properties": {}}}', /set "a": a tag is missing/],
    ['{"a": {"withTags": "x", "properties": {"p": null}}}', /set "a": "p" must be/],
    ['{"a": {"withTags": "x", "propertys": {}, "properties": {}}}', /set "a": "propertys" is unknown/],
  ];
  for (const [text, reason] of refused)
    it(`refuses ${text}`, () => expect(() => parseContextSets(text)).to.throw(reason));
});

describe('tags of a context', () => {
  it('come from name, id, attribute, property, owners and what the admin may use', () => {
    const context = {
      id: 10,
      name: 'acme',
      attributes: new Map([
        ['taxonomy', new Map([['types', 'one, two,,']])],
        ['config', new Map([['com.openexchange.config.cascade.types', 'three']])],
      ]),
    };
    const mask = moduleAccessFromNames(['infostore', 'webdavXml', 'OLOX20']) ?? 0;
    const server = new Map([['com.openexchange.config.cascade.types', 'beaten']]);
    const tags = [...contextTags(context, mask, { resellers: [], server })].sort();
    expect(tags).to.deep.equal(
      ['10', 'acme', 'one', 'two', 'three', 'ucInfostore', 'ucWebdavXml', 'ucOLOX20'].sort(),
    );
  });
});

describe('properties file', () => {
  it('reads names and values as the original does', () => {
    const text = '# c\n! c\n\na=1\n b : two words \r\nc.d=x=y\nempty=\nlong=one, \\\n  two\na=2';
    expect(Object.fromEntries(parsePropertiesFile(text))).to.deep.equal({
      a: '2',
      b: 'two words',
      'c.d': 'x=y',
      empty: '',
      long: 'one, two',
    });
  });
  it('names the line that it cannot read', () =>
    expect(() => parsePropertiesFile('a=1\nnonsense')).to.throw('line 2 is not of the form name=value'));
});
