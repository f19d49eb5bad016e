import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BrokenPromiseError, DecoderFuzzer, type FuzzInput } from './fuzz/decoder-fuzzer.js';

const usage = 'usage: npm run fuzz -- [--inputs N] [--seed N] [--crash FILE]';

const { values } = parseArgs({
  options: { inputs: { type: 'string' }, seed: { type: 'string' }, crash: { type: 'string' } },
});
const inputs = Number(values.inputs ?? 200_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!Number.isSafeInteger(inputs) || !Number.isSafeInteger(seed) || inputs < 1) throw new Error(usage);

const startedMs = performance.now();
const rate = (done: number) => Math.round(done / ((performance.now() - startedMs) / 1_000));
console.log(`seed ${seed}, ${inputs} inputs`);
try {
  const report = new DecoderFuzzer(seed).run(inputs, (done, outcomes) =>
    console.log(`${done} inputs, ${rate(done)} a second, ${outcomes} outcomes`),
  );
  console.log(JSON.stringify({ ...report, inputsPerSecond: rate(inputs) }));
} catch (error) {
  if (!(error instanceof BrokenPromiseError)) throw error;
  const file = values.crash ?? 'fuzz-crash.json';
  writeFileSync(file, `${JSON.stringify(saved(error.input), null, 2)}\n`);
  console.error(`BROKEN: ${error.message}; the input is in ${file}`);
  if (error.cause !== undefined) console.error(error.cause);
  process.exitCode = 1;
}

/** The form in which test/security/crashes/ keeps inputs. */
function saved({ bytes, ...input }: FuzzInput): object {
  return { ...input, base64: bytes.toString('base64') };
}
