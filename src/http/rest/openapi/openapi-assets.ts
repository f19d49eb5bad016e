/**
 * Script of the page at `/openapi/`: copies curl commands and sends its forms. The page is readable without
 * it.
 */
export const openApiScript = `'use strict';
for (const hidden of document.querySelectorAll('[data-script]')) hidden.hidden = false;

/** A link to a card opens it. */
function openTarget() {
  const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (card instanceof HTMLDetailsElement) card.open = true;
}
addEventListener('hashchange', openTarget);
openTarget();

function authorization() {
  const valueOf = (id) => document.getElementById(id).value;
  if (valueOf('token') !== '') return 'Bearer ' + valueOf('token');
  const bytes = new TextEncoder().encode(valueOf('login') + ':' + valueOf('password'));
  return 'Basic ' + btoa(String.fromCharCode(...bytes));
}

function requestOf(form) {
  const query = new URLSearchParams();
  const headers = { Authorization: authorization() };
  let path = form.dataset.path;
  for (const field of form.querySelectorAll('[data-in]')) {
    const { value, name, dataset } = field;
    if (dataset.in === 'path') path = path.replace('{' + name + '}', encodeURIComponent(value));
    else if (dataset.in === 'query' && value !== '') query.append(name, value);
    else if (dataset.in === 'header' && value !== '') headers[name] = value;
  }
  const body = form.querySelector('textarea');
  if (body) headers['Content-Type'] = 'application/json';
  const url = '..' + path + (query.size > 0 ? '?' + query : '');
  return [url, { method: form.dataset.method, headers, body: body ? body.value : undefined, credentials: 'omit' }];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const shown = form.querySelector('output');
  shown.textContent = 'Waiting …';
  try {
    const answer = await fetch(...requestOf(form));
    shown.className = answer.ok ? '' : 'bad';
    shown.textContent = answer.status + ' ' + answer.statusText + '\\n' + pretty(await answer.text());
  } catch {
    shown.className = 'bad';
    shown.textContent = 'There was no answer.';
  }
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  if (event.target.dataset.path) send(event.target);
});

document.addEventListener('click', async (event) => {
  const { target } = event;
  if (!(target instanceof HTMLButtonElement) || !target.dataset.copy) return;
  try {
    await navigator.clipboard.writeText(document.getElementById(target.dataset.copy).textContent);
    target.textContent = 'Copied';
  } catch {
    target.textContent = 'Cannot copy';
  }
});
`;

/** The look of the page at `/openapi/`. */
export const openApiStyle = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --soft: #f3f5f7; --line: #c9d1d9; --muted: #4d5761; --link: #0b57b5; --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #161b22; --line: #3a424c; --muted: #a8b3bd; --link: #79b8ff; --bad: #ff9492; }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: var(--text); background: var(--back); }
a { color: var(--link); }
h1, h2, h3, h4 { line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .5rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; display: inline; }
h4 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0; }
nav ul { columns: 12rem; padding-left: 1.25rem; }
details.card { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .75rem; }
details.card > summary { cursor: pointer; overflow-wrap: anywhere; }
summary .what { display: block; color: var(--muted); }
.method { display: inline-block; min-width: 4rem; font-weight: 700; text-transform: uppercase; }
code, pre, textarea, output { font: .9rem/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border-radius: .4rem; padding: .6rem; margin: .25rem 0; }
dl { margin: .25rem 0; }
dt { margin-top: .4rem; overflow-wrap: anywhere; }
dd { margin: 0 0 0 1rem; color: var(--muted); }
label { display: block; margin: .5rem 0; }
input, textarea { display: block; width: 100%; font-size: 1rem; padding: .35rem .5rem; color: inherit; background: var(--back); border: 1px solid var(--muted); border-radius: .3rem; }
textarea { min-height: 9rem; }
button { font: inherit; padding: .35rem .9rem; color: var(--back); background: var(--link); border: 0; border-radius: .3rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
output { display: block; white-space: pre-wrap; overflow-wrap: anywhere; margin-top: .5rem; }
output.bad { color: var(--bad); }
[hidden] { display: none; }
`;
