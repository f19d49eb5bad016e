import { escapeMarkup } from '../../../util/escape-markup.js';
import { problemTypes } from '../engine/problem-types.js';
import type {
  JsonSchema,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from './openapi-document.js';

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

/** The page at `/openapi/`: the document as people read it, with a form to try each call. */
export function openApiPage(document: OpenApiDocument): string {
  const placed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const tags = document.tags.map(({ name }) => name);
  const sections = tags.map((tag) =>
    tagSection(
      tag,
      placed.filter(({ operation }) => operation.tags[0] === tag),
      document,
    ),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Oxbow: REST</title>
<link rel="stylesheet" href="style.css">
<script src="script.js" defer></script>
</head>
<body>
<main>
<h1>Oxbow: REST</h1>
<p>Provisioning and quota as JSON, with the rules, credentials and rights of the <a href="../webservices/">SOAP services</a>. This page is made of <a href="../openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav aria-label="Contents"><ul>
${[...tags, 'Problems', 'Schemas'].map((tag) => `<li><a href="#${anchor(tag)}">${escapeMarkup(tag)}</a></li>`).join('\n')}
</ul></nav>
${credentialsForm}
${sections.join('\n')}
<section>
<h2 id="problems">Problems</h2>
<p>Every error is <code>application/problem+json</code> with type, title, status, detail and requestId. The type is <code>about:blank</code> where the status says it all, else one of these.</p>
${Object.entries(problemTypes)
  .map(([type, { title, meaning }]) => `<h3 id="${type}">${type}</h3><p>${title}. ${meaning}</p>`)
  .join('\n')}
</section>
<section>
<h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas)
  .map(([name, schema]) => schemaCard(name, schema))
  .join('\n')}
</section>
</main>
</body>
</html>
`;
}

const credentialsForm = `<form data-script hidden aria-labelledby="who">
<h2 id="who">Who asks</h2>
<p>For the forms below; kept in this page only.</p>
<label>Login <input id="login" autocomplete="username"></label>
<label>Password <input id="password" type="password" autocomplete="current-password"></label>
<label>Token of the file service, in place of both <input id="token" type="password" autocomplete="off"></label>
</form>`;

function anchor(text: string): string {
  return text.toLowerCase().replaceAll(' ', '-');
}

function tagSection(tag: string, placed: readonly Placed[], document: OpenApiDocument): string {
  return `<section>
<h2 id="${anchor(tag)}">${escapeMarkup(tag)}</h2>
${placed.map((one) => operationCard(one, document)).join('\n')}
</section>`;
}

function operationCard({ method, path, operation }: Placed, document: OpenApiDocument): string {
  const { operationId, summary, description, parameters, requestBody, responses, security } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const curl = curlLine({ method, path, operation }, document);
  return `<details class="card" id="${operationId}">
<summary><h3><span class="method">${method}</span> <code>${escapeMarkup(path)}</code></h3><span class="what">${escapeMarkup(summary)}</span></summary>
${description === undefined ? '' : `<p>${escapeMarkup(description)}</p>`}
<p>Credentials: ${security.map((scheme) => Object.keys(scheme).join()).join(' or ')}</p>
${parameters.length === 0 ? '' : `<h4>Parameters</h4>\n<dl>${parameters.map(parameterItem).join('\n')}</dl>`}
${body === undefined ? '' : `<h4>Body</h4>\n${schemaBlock(body)}`}
<h4>Answers</h4>
<dl>${Object.entries(responses).map(responseItem).join('\n')}</dl>
<h4>With curl</h4>
<pre><code id="curl-${operationId}">${escapeMarkup(curl)}</code></pre>
<button type="button" data-script hidden data-copy="curl-${operationId}">Copy the curl line</button>
${tryForm({ method, path, operation }, body === undefined ? null : exampleOf(body, document))}
</details>`;
}

function parameterItem({ name, in: place, required, description, schema }: OpenApiParameter): string {
  const facts = [place, required ? 'required' : 'optional', typeOf(schema), ...boundsOf(schema)];
  return `<dt><code>${escapeMarkup(name)}</code> (${facts.join(', ')})</dt><dd>${escapeMarkup(description ?? '')}</dd>`;
}

function responseItem([status, response]: [string, OpenApiResponse]): string {
  if ('$ref' in response)
    return `<dt>${status}</dt><dd>${status === 'default' ? 'Any other' : 'A'} <a href="#schema-Problem">Problem</a></dd>`;
  const schema = Object.values(response.content ?? {})[0]?.schema;
  const what = schema === undefined ? 'no body' : typeOf(schema);
  const members = schema?.properties === undefined ? '' : schemaBlock(schema);
  return `<dt>${status} ${escapeMarkup(response.description)}</dt><dd>${what}${members}</dd>`;
}

function tryForm({ method, path, operation }: Placed, example: unknown): string {
  const { operationId, parameters } = operation;
  const field = ({ name, in: place, required, schema }: OpenApiParameter) =>
    `<label>${escapeMarkup(name)} <input name="${escapeMarkup(name)}" data-in="${place}" autocomplete="off"${required ? ' required' : ''} value="${escapeMarkup(place === 'path' ? plainText(schema.examples?.[0]) : '')}"></label>`;
  const body =
    example === null
      ? ''
      : `<label>Body <textarea spellcheck="false">${escapeMarkup(JSON.stringify(example, null, 2))}</textarea></label>`;
  return `<form data-script hidden data-method="${method.toUpperCase()}" data-path="${escapeMarkup(path)}" aria-label="Try ${operationId}">
<h4>Try it</h4>
${parameters.map(field).join('\n')}
${body}
<button type="submit">Send</button>
<output aria-live="polite"></output>
</form>`;
}

function schemaCard(name: string, schema: JsonSchema): string {
  const example = schema.examples?.[0];
  return `<details class="card" id="schema-${name}">
<summary><h3>${name}</h3></summary>
${schemaBlock(schema)}
${example === undefined ? '' : `<h4>Example</h4>\n<pre><code>${escapeMarkup(JSON.stringify(example, null, 2))}</code></pre>`}
</details>`;
}

function schemaBlock(schema: JsonSchema): string {
  const { description, properties = {}, required = [] } = schema;
  const items = Object.entries(properties).map(([name, of]) => {
    const facts = [typeOf(of), ...(required.includes(name) ? [] : ['optional']), ...boundsOf(of)];
    return `<dt><code>${escapeMarkup(name)}</code> (${facts.join(', ')})</dt><dd>${escapeMarkup(of.description ?? '')}</dd>`;
  });
  const about = description === undefined ? '' : `<p>${escapeMarkup(description)}</p>`;
  return `${about}${items.length > 0 ? `<dl>${items.join('\n')}</dl>` : `<p>${typeOf(schema)}</p>`}`;
}

/** A type in words, as markup. */
function typeOf(schema: JsonSchema): string {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return `<a href="#schema-${name}">${name}</a>`;
  if (schema.const !== undefined) return escapeMarkup(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => escapeMarkup(String(value))).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined)
    return `map of ${typeOf(schema.additionalProperties)}`;
  return schema.type ?? 'anything';
}

function boundsOf({ minimum, maximum, default: byDefault }: JsonSchema): string[] {
  return [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
    ...(byDefault === undefined ? [] : [`default ${escapeMarkup(JSON.stringify(byDefault))}`]),
  ];
}

function plainText(example: unknown): string {
  return typeof example === 'string' || typeof example === 'number' ? String(example) : '';
}

/** The example of a schema, or of the component to which it refers; null: it has none. */
function exampleOf(schema: JsonSchema, document: OpenApiDocument): unknown {
  const name = schema.$ref?.split('/').at(-1);
  const meant = name === undefined ? schema : document.components.schemas[name];
  return meant?.examples?.[0] ?? null;
}

/** A call as one types it into a shell. */
function curlLine(
  { method, path, operation }: { method: string; path: string; operation: OpenApiOperation },
  document: OpenApiDocument,
): string {
  const filled = operation.parameters.reduce(
    (text, { name, schema }) =>
      schema.examples === undefined ? text : text.replace(`{${name}}`, String(schema.examples[0])),
    path,
  );
  const body = operation.requestBody?.content['application/json']?.schema;
  const words = [
    'curl -u "$LOGIN:$PASSWORD"',
    ...(method === 'get' ? [] : [`-X ${method.toUpperCase()}`]),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(exampleOf(body, document)))}`]),
    quoted(`${document.servers[0]?.url ?? ''}${filled}`),
  ];
  return words.join(' ');
}

/** One word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
