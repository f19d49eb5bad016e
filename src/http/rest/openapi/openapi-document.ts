import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { DeclaredOperation, RestMethod } from '../engine/rest-operation.js';
import { pathParameters, problem } from '../engine/rest-schemas.js';

export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly []>>[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: Content & { readonly required: true };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

export type OpenApiResponse =
  | { readonly $ref: string }
  | (Partial<Content> & { readonly description: string; readonly headers?: object });

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: object;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<RestMethod, OpenApiOperation>>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, OpenApiResponse>>;
    readonly securitySchemes: object;
  };
}

const info = {
  title: 'Oxbow',
  version: '1.0.0',
  description:
    'Provisioning and quota as JSON over HTTP, beside the SOAP services, with the same rules, credentials and rights. ' +
    'Errors are problems as RFC 9457 has them. Texts hold what XML 1.0 can carry. What a page of another site sends is refused ' +
    'with 403, unless CORS_ORIGINS lists its origin. What is below /oxaas/v1 is there below /api/oxaas/v1, too.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const securitySchemes = {
  basic: {
    type: 'http',
    scheme: 'basic',
    description:
      'The login and password of the master admin, a reseller, a context admin or a user, as in SOAP.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of the file service, FILE_SERVICE_TOKEN, for reservations and usages.',
  },
};

type SchemaOf = (schema: z.ZodType) => JsonSchema;

/** The OpenAPI 3.1 document of these operations, made of the schemas by which they are validated. `servers` is left empty. */
export function openApiDocument(operations: readonly DeclaredOperation[]): OpenApiDocument {
  const bodies = jsonSchemas(
    operations.flatMap(({ body }) => body ?? []),
    'input',
  );
  const rest = jsonSchemas([problem, ...operations.flatMap(shownSchemas)], 'output');
  const paths: Record<string, Partial<Record<RestMethod, OpenApiOperation>>> = {};
  for (const operation of operations)
    (paths[operation.path] ??= {})[operation.method] = describe(operation, bodies.of, (schema) => ({
      ...rest.of.get(schema),
    }));
  const statuses = new Set(operations.flatMap(problemStatuses));
  return {
    openapi: '3.1.0',
    info,
    servers: [],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...bodies.components, ...rest.components },
      responses: Object.fromEntries(
        [...statuses].map((status) => [problemName(status), problemResponse(status)]),
      ),
      securitySchemes,
    },
  };
}

function shownSchemas({ path, query = {}, headers = {}, answers }: DeclaredOperation): z.ZodType[] {
  const answered = Object.values(answers).filter((schema) => schema !== null);
  return [...pathNames(path).map(parameterSchema), ...Object.values({ ...query, ...headers }), ...answered];
}

function pathNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
}

function parameterSchema(name: string): z.ZodType {
  return pathParameters[name as keyof typeof pathParameters];
}

function describe(
  operation: DeclaredOperation,
  bodies: ReadonlyMap<z.ZodType, JsonSchema>,
  schemaOf: SchemaOf,
): OpenApiOperation {
  const { id, tag, summary, description, path, query = {}, headers = {}, body, security } = operation;
  const schema = body && bodies.get(body);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: security.map((scheme) => ({ [scheme]: [] })),
    parameters: [
      ...pathNames(path).map((name) => parameter('path', name, parameterSchema(name), schemaOf)),
      ...Object.entries(query).map(([name, of]) => parameter('query', name, of, schemaOf)),
      ...Object.entries(headers).map(([name, of]) => parameter('header', name, of, schemaOf)),
    ],
    ...(schema === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema } } } }),
    responses: responses(operation, schemaOf),
  };
}

function parameter(
  place: OpenApiParameter['in'],
  name: string,
  schema: z.ZodType,
  schemaOf: SchemaOf,
): OpenApiParameter {
  const { description, ...json } = schemaOf(schema);
  return {
    name,
    in: place,
    required: !schema.safeParse(undefined).success,
    ...(description === undefined ? {} : { description }),
    schema: json,
  };
}

function responses(operation: DeclaredOperation, schemaOf: SchemaOf): OpenApiOperation['responses'] {
  const answers = Object.entries(operation.answers).map(([status, schema]) => [
    status,
    {
      description: STATUS_CODES[status] ?? '',
      ...(schema === null ? {} : { content: { 'application/json': { schema: schemaOf(schema) } } }),
    },
  ]);
  const problems = problemStatuses(operation).map((status) => [
    status,
    { $ref: `#/components/responses/${problemName(status)}` },
  ]);
  return Object.fromEntries([...answers, ...problems]) as OpenApiOperation['responses'];
}

/** Statuses of an operation's problems: those of every call of this form, and its own. */
function problemStatuses({ path, body, problems = [] }: DeclaredOperation): string[] {
  const statuses = [400, 401, 403, ...problems];
  if (path.includes('{')) statuses.push(404);
  if (body !== undefined) statuses.push(413, 415);
  return [...[...new Set(statuses)].sort((a, b) => a - b).map(String), 'default'];
}

function problemName(status: string): string {
  return status === 'default' ? 'OtherProblem' : `Problem${status}`;
}

function problemResponse(status: string): OpenApiResponse {
  return {
    description: STATUS_CODES[status] ?? 'Any other problem',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** A JSON Schema of 2020-12, which is what OpenAPI 3.1 has. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** JSON Schemas of a set of zod schemas; those with an id also by that id. */
export interface Converted {
  readonly of: ReadonlyMap<z.ZodType, JsonSchema>;
  readonly components: Readonly<Record<string, JsonSchema>>;
}

/**
 * Converts schemas all at once, so that those with an id become components.
 * @param io whether what they take is meant, or what they give
 */
function jsonSchemas(schemas: Iterable<z.ZodType>, io: 'input' | 'output'): Converted {
  const unique = [...new Set(schemas)];
  const whole = z.object(Object.fromEntries(unique.map((schema, index) => [`s${index}`, schema])));
  const json = z.toJSONSchema(whole, {
    io,
    override: ({ jsonSchema }) => {
      // Every whole number has these; they say nothing.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      delete jsonSchema.id;
    },
  });
  const text = JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { properties = {}, $defs = {} } = JSON.parse(text) as JsonSchema & {
    $defs?: Converted['components'];
  };
  return {
    of: new Map(unique.map((schema, index) => [schema, properties[`s${index}`] ?? {}])),
    components: $defs,
  };
}
