import type { OpenApiDocument, OpenApiOperation } from './openapi-document.js';
import type { JsonSchema } from './openapi-schemas.js';

/** The example of a schema, or of the component to which it refers; null: it has none. */
export function exampleOf(schema: JsonSchema, document: OpenApiDocument): unknown {
  const name = schema.$ref?.split('/').at(-1);
  const meant = name === undefined ? schema : document.components.schemas[name];
  return meant?.examples?.[0] ?? null;
}

/** A call as one types it into a shell. */
export function curlLine(
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
