import type { Request, RequestHandler } from 'express';
import { answerProblem, ProblemError } from '../engine/rest.js';
import { textMistake } from './forbidden-character.js';
import { invalidRequest, type Mistake } from './invalid-request.js';

const unreadable = 'is not UTF-8 that is percent-encoded';

/** Refuses a malformed path or query with 400. Express would guess, or answer without a problem document. */
export const refuseUnreadableAddress: RequestHandler = (request, response, next) => {
  const [path = '', query = ''] = splitOnce(request.originalUrl, '?');
  const mistakes: Mistake[] = decoded(path) === null ? [{ parameter: 'path', detail: unreadable }] : [];
  for (const part of query.split('&')) {
    const [name = '', value = ''] = splitOnce(part, '=').map((text) => decoded(text.replaceAll('+', ' ')));
    if (name === null) mistakes.push({ parameter: 'query', detail: `the name of a parameter ${unreadable}` });
    else if (value === null) mistakes.push({ parameter: name, detail: unreadable });
  }
  const [first] = mistakes;
  if (first === undefined) return next();
  answerProblem(response, invalidRequest(`${first.parameter}: ${first.detail}`, mistakes));
};

/**
 * Looks at every text of a path and a query.
 * @throws ProblemError 400 for those that SOAP could not carry
 */
export function checkAddressTexts({ params, query }: Pick<Request, 'params' | 'query'>): void {
  const texts = [...Object.entries(params), ...Object.entries(query)].flatMap(([name, value]) =>
    [value].flat().flatMap((text) => (typeof text === 'string' ? [[name, text] as const] : [])),
  );
  const mistakes = texts.flatMap(([name, text]): Mistake[] => {
    if (textMistake(name) !== null) return [{ parameter: 'query', detail: textMistake(name) ?? '' }];
    const detail = textMistake(text);
    return detail === null ? [] : [{ parameter: name, detail }];
  });
  const [first] = mistakes;
  if (first !== undefined)
    throw new ProblemError(invalidRequest(`${first.parameter}: ${first.detail}`, mistakes));
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** null: it is no UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
