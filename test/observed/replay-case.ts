import { answerDifferences, readAnswer, type ReadAnswer } from './answer-differences.js';
import { fixtures, type Observed, type ObservedCase, type ObservedStep } from './observed-case.js';
import type { ObservedServer } from './observed-server.js';
import { Placeholders } from './placeholders.js';

/** The differences of each step of a case that answered otherwise than the original; the key is its number from 1. */
export async function replayCase(
  server: ObservedServer,
  observed: ObservedCase,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const values = new Placeholders(server.newCase(), () => server.newContextId());
  for (const need of observed.needs) await prepare(server, need, values);
  const differences = new Map<number, readonly string[]>();
  for (const [index, step] of observed.steps.entries()) {
    const found = await replayStep(server, step, values);
    if (found.length > 0) differences.set(index + 1, found);
  }
  return differences;
}

async function prepare(server: ObservedServer, need: string, values: Placeholders): Promise<void> {
  const fixture = fixtures.needs[need];
  if (fixture === undefined) throw new Error(`no fixture is called ${need}`);
  const known = server.shared.get(need);
  if (known !== undefined) {
    Object.assign(values.values, known);
    return;
  }
  for (const inner of fixture.needs ?? []) await prepare(server, inner, values);
  const before = { ...values.values };
  for (const step of fixture.steps) {
    const answer = await server.send(step, values);
    const read = readAnswer(answer, step);
    if (read === null || read.fault !== null)
      throw new Error(`${need} cannot be prepared: ${answer.text.slice(0, 500)}`);
    keep(step, read, values);
  }
  if (fixture.once)
    server.shared.set(
      need,
      Object.fromEntries(Object.entries(values.values).filter(([name]) => !(name in before))),
    );
}

async function replayStep(
  server: ObservedServer,
  step: ObservedStep,
  values: Placeholders,
): Promise<readonly string[]> {
  const answer = await server.send(step, values);
  const read = readAnswer(answer, step);
  if (read !== null) keep(step, read, values);
  return step.answer === undefined ? [] : answerDifferences(step.answer, answer, read, step, values);
}

function keep(step: ObservedStep, read: ReadAnswer, values: Placeholders): void {
  for (const [name, path] of Object.entries(step.keep ?? {})) {
    const value = path
      .split('.')
      .reduce<Observed | undefined>(
        (inner, part) =>
          typeof inner === 'object' && inner !== null ? (inner as Record<string, Observed>)[part] : undefined,
        read.values[0],
      );
    if (typeof value === 'string') values.values[name] = value;
  }
}
