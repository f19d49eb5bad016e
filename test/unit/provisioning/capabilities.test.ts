import { expect } from 'chai';
import { readPage } from '../../../src/provisioning/contexts/read-contexts.js';
import {
  applyCapabilityChange,
  checkNoPermissionsAsCapabilities,
  readCapabilityChange,
  showCapabilities,
  type CapabilityRequest,
} from '../../../src/provisioning/installation/capabilities.js';

const request = (members: Partial<CapabilityRequest>): CapabilityRequest => ({
  add: null,
  remove: undefined,
  drop: '',
  ...members,
});

describe('capabilities (docs/contract/access.md#3)', () => {
  const rows: [present: string[], members: Partial<CapabilityRequest>, after: string[]][] = [
    [[], { add: 'b, a' }, ['a', 'b']],
    [[], { add: '"One,TWO"' }, ['one', 'two']],
    [['a'], { remove: 'a' }, ['-a']],
    [['-a'], { add: 'a' }, ['a']],
    [['a', '-b', 'c'], { drop: 'a,b' }, ['c']],
    [['a'], { add: 'a', remove: 'a', drop: 'a' }, ['a']],
    [['a'], { remove: 'a', drop: 'a' }, ['-a']],
    [['a'], { drop: 'unknown' }, ['a']],
  ];
  for (const [present, members, after] of rows)
    it(`${JSON.stringify(present)} ${JSON.stringify(members)}: ${JSON.stringify(after)}`, () => {
      const change = readCapabilityChange(request(members));
      expect(applyCapabilityChange(present, change)).to.deep.equal(after);
    });

  it('nothing in any of the lists is refused', () => {
    for (const empty of [{}, { add: ' , ' }, { add: '""', drop: null }])
      expect(() => readCapabilityChange(request(empty))).to.throw('No capabilities specified.');
  });

  it('permissions are no capabilities, but may be dropped', () => {
    const check = (members: Partial<CapabilityRequest>) => () =>
      checkNoPermissionsAsCapabilities(readCapabilityChange(request(members)));
    expect(check({ add: 'infostore,guard', remove: 'WebMail' })).to.throw(
      /^PERM-0002 Categories=USER_INPUT Message='The capabilities 'infostore,webmail' are in conflict with permissions! Permissions must not be defined as capabilities\.' exceptionID=\S+$/,
    );
    expect(check({ drop: 'infostore', add: 'guard' })).not.to.throw();
  });

  it('are shown in one string', () => {
    expect(showCapabilities(['b', '-c', 'a'], 'context 10')).to.equal('-c, a, b');
    expect(showCapabilities([], 'context 10')).to.equal('There are no capabilities set for context 10');
  });
});

describe('pages (docs/contract/contexts.md#4-1)', () => {
  const rows: [offset: string | null | undefined, length: string | null | undefined, page: unknown][] = [
    [undefined, undefined, null],
    ['', ' ', null],
    ['3', null, null],
    ['3', '-1', null],
    ['-1', '5', null],
    [null, '5', { offset: 0, length: 5 }],
    ['2', '0', { offset: 2, length: 0 }],
    [' 2 ', '+7', { offset: 2, length: 7 }],
  ];
  for (const [offset, length, page] of rows)
    it(`offset ${offset}, length ${length}`, () => expect(readPage(offset, length)).to.deep.equal(page));
  for (const bad of ['x', '1.5', '2147483648', '1e3', '99999999999999'])
    it(`refuses ${bad}`, () => {
      expect(() => readPage(bad, '1')).to.throw('Invalid integer parameter');
      expect(() => readPage('1', bad)).to.throw('Invalid integer parameter');
    });
});
