import { escapeMarkup } from '../../src/util/escape-markup.js';
import { fixedAnswer } from './fixed-answer.js';

/** The text of the first element of that local name: the cheapest way to get at a value, no parser. */
export function textOf(xml: string, name: string): string {
  return new RegExp(`<(?:[\\w-]+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(xml)?.[1] ?? '';
}

/** Fills the answer of a create or getData with what belongs to one user: id, name and display name. */
export function answerTemplate(
  operation: 'create' | 'getData',
): (user: { readonly id: number; readonly login: string; readonly displayName: string }) => string {
  const parts = fixedAnswer(operation).split(/(?<=<(?:[\w-]+:)?(?:id|name|display_name)>)[^<]*(?=<)/);
  const names = [...fixedAnswer(operation).matchAll(/<(?:[\w-]+:)?(id|name|display_name)>/g)].map(
    ([, name]) => name,
  );
  return ({ id, login, displayName }) => {
    const values = { id: String(id), name: escapeMarkup(login), display_name: escapeMarkup(displayName) };
    return parts.map((part, index) => part + (values[names[index] as keyof typeof values] ?? '')).join('');
  };
}
