import { escapeMarkup } from '../../../util/escape-markup.js';

/** Text that is HTML already; everything else is escaped where it is put into a template. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Value in a template: null and false render as nothing, lists are concatenated. */
export type Fragment = Markup | string | number | null | false | readonly Fragment[];

/** A piece of a page. Every value is escaped unless it is Markup, so attributes must stand in double quotes. */
export function html(texts: TemplateStringsArray, ...values: readonly Fragment[]): Markup {
  return new Markup(texts.map((text, index) => text + write(values[index] ?? null)).join(''));
}

/** Text that somebody chose, such as a name: its writing direction does not reach beyond it. */
export function named(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

function write(value: Fragment): string {
  if (value === null || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeMarkup(String(value));
  return value.map(write).join('');
}

/** A labelled field of a form. Its name is its id, too, so a page has one of each. */
export function textField(name: string, label: string, value: string, maxLength = 20): Markup {
  return html`<div class="field">
    <label for="${name}">${label}</label
    ><input id="${name}" name="${name}" value="${value}" maxlength="${maxLength}" autocomplete="off" />
  </div>`;
}
