import { expect } from 'chai';
import {
  objectQuota,
  quotaModules,
  type ObjectQuota,
  type QuotaModule,
} from '../../../src/provisioning/quota/object-quotas.js';

describe('object quotas (docs/contract/quota.md#2)', () => {
  const rows: [
    module: QuotaModule,
    entry: number | undefined,
    property: string | undefined,
    limit: number | null,
    source: ObjectQuota['source'],
  ][] = [
    ['calendar', undefined, undefined, 250_000, 'default'],
    ['invite_guests', undefined, undefined, 100, 'default'],
    ['task', undefined, '17', 17, 'config'],
    ['task', undefined, ' 17 ', 17, 'config'],
    ['task', undefined, '0', 0, 'config'],
    ['task', undefined, '-1', null, 'config'],
    ['task', undefined, '-77', null, 'config'],
    ['task', undefined, '', 250_000, 'default'],
    ['task', undefined, 'many', 250_000, 'default'],
    ['task', undefined, '1.5', 250_000, 'default'],
    ['task', undefined, '2147483648', 250_000, 'default'],
    ['task', 5, undefined, 5, 'context'],
    ['task', 5, '17', 5, 'context'],
    ['task', 0, '17', 0, 'context'],
    ['task', 0, '-1', 0, 'context'],
    ['task', 4_294_967_295, '-1', 4_294_967_295, 'context'],
  ];
  for (const [module, entry, property, limit, source] of rows)
    it(`${module}, entry ${entry}, property ${property}: ${limit} by ${source}`, () =>
      expect(objectQuota(module, entry, property)).to.deep.equal({ module, limit, source }));

  it('five modules have 250000 and two 100 without a word', () => {
    const limits = quotaModules.map((module) => objectQuota(module, undefined, undefined).limit);
    expect(limits).to.deep.equal([...Array<number>(5).fill(250_000), 100, 100]);
  });
});
