import { expect } from 'chai';
import fc from 'fast-check';
import type { QuotaInput } from '../../../src/provisioning/model/model.js';
import { quotaState } from '../../../src/provisioning/quota/quota-state.js';

const mb = 1024 * 1024;
const input = (facts: Partial<QuotaInput>): QuotaInput => ({
  maxQuotaMb: 10,
  ownsFilestore: true,
  mailQuotaMb: 10,
  unifiedEnabled: true,
  mailBytes: 0,
  fileBytes: 0,
  ...facts,
});

const maxQuotas = [-1, 0, 10, 20];
const mailQuotas = [null, 0, 10];
const switches = [false, true];

describe('quotaState', () => {
  for (const maxQuotaMb of maxQuotas)
    for (const mailQuotaMb of mailQuotas)
      for (const ownsFilestore of switches)
        for (const unifiedEnabled of switches) {
          // The only way in: switched on, own storage, and the same positive number on both sides.
          const unified = unifiedEnabled && ownsFilestore && maxQuotaMb === 10 && mailQuotaMb === 10;
          it(`maxQuota ${maxQuotaMb}, mail quota ${mailQuotaMb}, ${ownsFilestore ? 'own' : 'no own'} storage, ${unifiedEnabled ? 'on' : 'off'}: ${unified ? 'unified' : 'default'}`, () => {
            const facts = { maxQuotaMb, mailQuotaMb, ownsFilestore, unifiedEnabled };
            const state = quotaState(input({ ...facts, mailBytes: 3 * mb, fileBytes: 2 * mb }));
            const usage = { mailBytes: 3 * mb, fileBytes: 2 * mb, totalBytes: 5 * mb };
            const fileLimits = { [-1]: null, 0: 0, 10: 10 * mb, 20: 20 * mb };
            expect(state).to.deep.equal(
              unified
                ? {
                    mode: 'unified',
                    limitBytes: 10 * mb,
                    limits: { mailBytes: 10 * mb, fileBytes: 10 * mb },
                    usage,
                    remainingBytes: 5 * mb,
                  }
                : {
                    mode: 'default',
                    limitBytes: null,
                    limits: {
                      mailBytes: mailQuotaMb === 10 ? 10 * mb : null,
                      fileBytes: fileLimits[maxQuotaMb as keyof typeof fileLimits],
                    },
                    usage,
                    remainingBytes: null,
                  },
            );
          });
        }

  it('leaves nothing, and not less, when over quota', () => {
    expect(quotaState(input({ mailBytes: 9 * mb, fileBytes: 2 * mb })).remainingBytes).to.equal(0);
  });

  it('counts to the last byte', () => {
    expect(quotaState(input({ mailBytes: 10 * mb - 1 })).remainingBytes).to.equal(1);
  });

  it('is exact for the largest quota there is', () => {
    const largest = 8_796_093_022_207;
    const state = quotaState(input({ maxQuotaMb: largest, mailQuotaMb: largest }));
    expect(BigInt(state.limitBytes ?? 0)).to.equal(BigInt(largest) * BigInt(mb));
  });

  it('never gives one budget out twice, and never less than is left', () => {
    const bytes = fc.nat({ max: 40 * mb });
    fc.assert(
      fc.property(bytes, bytes, (mailBytes, fileBytes) => {
        const state = quotaState(input({ mailBytes, fileBytes }));
        expect(state.remainingBytes).to.equal(Math.max(0, 10 * mb - mailBytes - fileBytes));
      }),
    );
  });
});
