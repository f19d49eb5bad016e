import type { FieldDescriptor, OperationDescriptor, SoapService } from '../../soap/contract/descriptors.js';
import { exampleRequest } from '../../soap/contract/example-request.js';
import { ownStyle, pagePolicy } from '../server/security-headers.js';
import { escapeMarkup } from '../../util/escape-markup.js';
import { exampleValues } from './example-values.js';

/** Path of the page's script, relative to the page. */
export const serviceScriptPath = '_assets/service-page.js';

const style = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --soft: #57606a; --line: #8c959f; --code: #f3f5f7; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #9da7b3; --line: #6e7681; --code: #161b22; --link: #79b8ff; }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--back); }
a { color: var(--link); }
h1 { overflow-wrap: anywhere; }
summary { cursor: pointer; padding: .5rem 0; font-weight: 600; overflow-wrap: anywhere; }
summary h2 { display: inline; font-size: 1rem; }
details { border-top: 1px solid var(--line); }
code, textarea, output { font-family: ui-monospace, monospace; font-size: .875rem; overflow-wrap: anywhere; }
textarea { width: 100%; box-sizing: border-box; min-height: 18rem; color: var(--text); background: var(--code); border: 1px solid var(--line); padding: .5rem; }
output { display: block; white-space: pre-wrap; margin: .5rem 0 1rem; }
label { display: block; margin: .5rem 0; }
input { font: inherit; color: var(--text); background: var(--code); border: 1px solid var(--line); padding: .25rem .5rem; max-width: 100%; box-sizing: border-box; }
button { font: inherit; padding: .25rem 1rem; margin: .25rem .5rem .25rem 0; color: var(--back); background: var(--link); border: 0; border-radius: .25rem; cursor: pointer; display: none; }
.scripted button { display: inline-block; }
#credentials { display: none; }
.scripted #credentials { display: block; }
ul { padding-left: 1.25rem; }
.type { color: var(--soft); }
`;

/** Nothing may load on the page but its own style and our script, which may speak to this service alone. */
export const servicePagePolicy = pagePolicy([ownStyle(style), "script-src 'self'", "connect-src 'self'"]);

/**
 * Page of one service: each operation with its parameters, faults, and a request to copy and try.
 * @param root path from the page to the list of services
 */
export function servicePage({ contract }: SoapService, root: string): string {
  const name = escapeMarkup(contract.name);
  const operations = [...contract.operations.values()];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>${style}</style>
<script src="${root}${serviceScriptPath}" defer></script>
</head>
<body>
<main>
<h1>${name}</h1>
<p>${operations.length} operations, SOAP 1.1 by POST to this address. <a href="${root}${name}?wsdl">WSDL</a>. <a href="${root}">All services</a>. Namespace <code>${escapeMarkup(contract.namespace)}</code>.</p>
<noscript><p>Requests can be copied from here; to try them on this page needs JavaScript, since a form cannot send XML.</p></noscript>
<form id="credentials" autocomplete="off">
<p>These go into the credentials of each request that is tried here.</p>
<label>Login <input id="login" autocomplete="off" spellcheck="false"></label>
<label>Password <input id="password" type="password" autocomplete="off"></label>
</form>
${operations.map(operationSection).join('\n')}
</main>
</body>
</html>
`;
}

function operationSection(operation: OperationDescriptor): string {
  const name = escapeMarkup(operation.name);
  const example = exampleRequest(operation, exampleValues(operation.name));
  const parameters = operation.request.type.fields.map(parameterItem).join('');
  const faults = operation.faults
    .map((fault) => `<li><code>${escapeMarkup(fault.name)}</code></li>`)
    .join('');
  return `<details id="${name}">
<summary><h2>${name}</h2></summary>
${parameters === '' ? '<p>It takes nothing.</p>' : `<h3>Takes</h3>\n<ul>${parameters}</ul>`}
${faults === '' ? '' : `<h3>May refuse with</h3>\n<ul>${faults}</ul>`}
<form class="try">
<label for="${name}-request">Request</label>
<textarea id="${name}-request" spellcheck="false">
${escapeMarkup(example)}</textarea>
<button type="submit">Try it</button><button type="button">Copy</button>
<output for="${name}-request"></output>
</form>
</details>`;
}

function parameterItem({ name, type, repeated }: FieldDescriptor): string {
  const typeName = typeof type === 'string' ? type : type.name;
  const more = repeated ? ', any number' : '';
  return `<li><code>${escapeMarkup(name)}</code> <span class="type">${escapeMarkup(typeName)}${more}</span></li>`;
}
