import { expect } from 'chai';
import type { QuotaInput } from '../../../src/provisioning/model/model.js';
import { quotaLevels } from '../../../src/provisioning/quota/quota-state.js';

const MB = 1024 * 1024;
const nothing: QuotaInput = {
  maxQuotaMb: -1,
  ownsFilestore: true,
  mailQuotaMb: null,
  unifiedEnabled: false,
  mailBytes: 0,
  fileBytes: 0,
};
const unified = { maxQuotaMb: 100, mailQuotaMb: 100, unifiedEnabled: true };

describe('which thresholds of their quotas users have reached', () => {
  const rows: [string, Partial<QuotaInput>, { unified: number; mail: number; files: number }][] = [
    ['no limits', { mailBytes: 10 ** 15, fileBytes: 10 ** 15 }, { unified: 0, mail: 0, files: 0 }],
    ['mail below 80', { mailQuotaMb: 100, mailBytes: 80 * MB - 1 }, { unified: 0, mail: 0, files: 0 }],
    ['mail at 80', { mailQuotaMb: 100, mailBytes: 80 * MB }, { unified: 0, mail: 80, files: 0 }],
    ['mail at 95', { mailQuotaMb: 100, mailBytes: 95 * MB }, { unified: 0, mail: 95, files: 0 }],
    ['mail full', { mailQuotaMb: 100, mailBytes: 100 * MB }, { unified: 0, mail: 100, files: 0 }],
    ['mail over', { mailQuotaMb: 100, mailBytes: 300 * MB }, { unified: 0, mail: 100, files: 0 }],
    ['mail quota 0 is none', { mailQuotaMb: 0, mailBytes: 300 * MB }, { unified: 0, mail: 0, files: 0 }],
    ['files', { maxQuotaMb: 10, fileBytes: 9 * MB }, { unified: 0, mail: 0, files: 80 }],
    [
      'files elsewhere',
      { maxQuotaMb: 10, ownsFilestore: false, fileBytes: 9 * MB },
      { unified: 0, mail: 0, files: 0 },
    ],
    ['no files allowed, none there', { maxQuotaMb: 0 }, { unified: 0, mail: 0, files: 0 }],
    ['no files allowed, one there', { maxQuotaMb: 0, fileBytes: 1 }, { unified: 0, mail: 0, files: 100 }],
    [
      'both apart',
      { maxQuotaMb: 10, mailQuotaMb: 20, mailBytes: 19 * MB, fileBytes: 8 * MB },
      { unified: 0, mail: 95, files: 80 },
    ],
    [
      'unified counts both',
      { ...unified, mailBytes: 50 * MB, fileBytes: 45 * MB },
      { unified: 95, mail: 0, files: 0 },
    ],
    ['unified, one side', { ...unified, mailBytes: 80 * MB }, { unified: 80, mail: 0, files: 0 }],
  ];
  for (const [title, input, expected] of rows) {
    it(title, () => {
      const levels = quotaLevels({ ...nothing, ...input });
      expect(Object.fromEntries(levels.map(({ budget, percent }) => [budget, percent]))).to.deep.equal(
        expected,
      );
    });
  }
});
