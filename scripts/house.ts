import { houseFigures } from './house/figures.js';

/** Prints the figures of the house, and fails when one is out of its bound. */
let broken = 0;
for (const { name, value, atMost, findings = [] } of houseFigures()) {
  const isBroken = atMost !== undefined && value > atMost;
  if (isBroken) broken += 1;
  const bound = atMost === undefined ? '' : `  (at most ${atMost})`;
  console.log(`${String(value).padStart(5)}  ${name}${bound}${isBroken ? '  BROKEN' : ''}`);
  if (isBroken) for (const finding of findings) console.error(`         ${finding}`);
}
if (broken > 0) process.exitCode = 1;
