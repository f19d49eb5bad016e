import { html, type Markup } from './html.js';

/** A labelled field of a form. Its name is its id, too, so a page has one of each. */
export function textField(name: string, label: string, value: string, maxLength = 20): Markup {
  return html`<div class="field">
    <label for="${name}">${label}</label
    ><input id="${name}" name="${name}" value="${value}" maxlength="${maxLength}" autocomplete="off" />
  </div>`;
}
