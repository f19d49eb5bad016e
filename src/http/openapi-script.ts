/** What the page at `/openapi/` does in a browser: copies curl lines, and sends the calls of its forms. Without it, it can be read. */
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
