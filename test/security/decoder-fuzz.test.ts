import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { allContracts } from '../../scripts/fuzz/corpus.js';
import { checkInput, DecoderFuzzer, type FuzzInput } from '../../scripts/fuzz/decoder-fuzzer.js';

/** A minute's worth on a slow machine; `npm run fuzz -- --inputs 5000000` is the long form. */
const INPUTS = 20_000;
const SEED = 6;
/** The pool of inputs that are damaged further is kept, and grows. */
const HEAP_GROWTH_LIMIT_BYTES = 64 * 1024 * 1024;

const crashes = new URL('./crashes/', import.meta.url);

describe('the decoder under damaged requests', function () {
  this.timeout(240_000);

  it(`keeps its promises for ${INPUTS} of them (seed ${SEED})`, () => {
    const report = new DecoderFuzzer(SEED).run(INPUTS);
    expect(report.decoded, 'enough can still be read').to.be.greaterThan(INPUTS / 10);
    expect(report.outcomes, 'enough different faults').to.be.greaterThan(1_000);
    expect(report.heapGrowthBytes).to.be.lessThan(HEAP_GROWTH_LIMIT_BYTES);
  });

  for (const file of existsSync(crashes) ? readdirSync(crashes) : []) {
    it(`${file} does no harm any more`, () => {
      const saved = JSON.parse(readFileSync(new URL(file, crashes), 'utf8')) as FuzzInput & {
        base64: string;
      };
      const contract = allContracts().find(({ name }) => name === saved.service);
      if (contract === undefined) throw new Error(`${saved.service} is no service`);
      checkInput(contract, { ...saved, bytes: Buffer.from(saved.base64, 'base64') });
    });
  }
});
