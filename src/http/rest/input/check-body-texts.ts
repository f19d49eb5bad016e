import { ProblemError } from '../engine/rest.js';
import { textMistake } from './forbidden-character.js';
import { invalidRequest, maxMistakes, pointerTo, unusableBody, type Mistake } from './invalid-request.js';

/** No declared body needs more levels; a check that follows them must not run out of stack. */
const maxDepth = 100;

/**
 * Looks at every text of a body, the names of members included.
 * @throws ProblemError 400 for texts that SOAP could not carry, a name that JavaScript keeps for itself, and too many levels
 */
export function checkBodyTexts(body: unknown): void {
  const mistakes: Mistake[] = [];
  for (const mistake of mistakesIn(body, [])) if (mistakes.push(mistake) === maxMistakes) break;
  const [first] = mistakes;
  if (first === undefined) return;
  const where = first.pointer?.slice(1).replaceAll('/', '.') || 'The body';
  throw new ProblemError(invalidRequest(`${where}: ${first.detail}`, mistakes));
}

function* mistakesIn(value: unknown, path: readonly string[]): Generator<Mistake> {
  if (path.length > maxDepth) throw new ProblemError(unusableBody('The body is nested too deeply'));
  if (typeof value === 'string') yield* mistakeAt(path, textMistake(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) yield* nameMistake(path, name);
    yield* mistakesIn(inner, [...path, name]);
  }
}

function* mistakeAt(path: readonly string[], detail: string | null): Generator<Mistake> {
  if (detail !== null) yield { pointer: pointerTo(path), detail };
}

/** Of a name that cannot be shown, the pointer leads to what holds it. */
function* nameMistake(path: readonly string[], name: string): Generator<Mistake> {
  const mistake = textMistake(name);
  if (mistake !== null) yield* mistakeAt(path, `in the name of a member ${mistake}`);
  // Schemas and objects would lose it without a word.
  if (name === '__proto__') yield* mistakeAt([...path, name], 'no member can have this name');
}
