import type {
  OpenApiDocument,
  OpenApiOperation,
  JsonSchema,
} from '../../../src/http/rest/openapi/openapi-document.js';

/** One place in the body of an operation at which a value stands. */
export interface BodyMember {
  readonly operation: OpenApiOperation;
  readonly method: string;
  /** Of the operation. */
  readonly path: string;
  /** From the root of the body; `*` is any item of a list, `{name}` any member of a map. */
  readonly segments: readonly string[];
  /** The names of a map themselves, or what stands at the place. */
  readonly kind: 'name' | 'value';
  /** Of the value, which for a name is the one below it. */
  readonly schema: JsonSchema;
}

/** Every place of every body, as the OpenAPI document declares them. */
export function bodyMembers(document: OpenApiDocument): BodyMember[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const schema = operation.requestBody?.content['application/json']?.schema;
      return schema === undefined
        ? []
        : membersOf(document, schema, []).map((member) => ({ operation, method, path, ...member }));
    }),
  );
}

type Found = Pick<BodyMember, 'segments' | 'kind' | 'schema'>;

/** Any JSON holds itself; nobody needs to go deeper than this. */
const maxDepth = 4;

function membersOf(document: OpenApiDocument, given: JsonSchema, segments: readonly string[]): Found[] {
  const name = given.$ref?.split('/').at(-1);
  const schema = name === undefined ? given : (document.components.schemas[name] ?? {});
  if (segments.length > maxDepth) return [];
  const inside = (of: JsonSchema, ...more: string[]) => membersOf(document, of, [...segments, ...more]);
  const parts = [
    ...(schema.anyOf ?? []).map((each) => inside(each)),
    ...Object.entries(schema.properties ?? {}).map(([key, of]) => inside(of, key)),
    ...(schema.items === undefined ? [] : [inside(schema.items, '*')]),
  ];
  if (typeof schema.additionalProperties === 'object')
    parts.push(
      [{ segments: [...segments, '{name}'], kind: 'name', schema: schema.additionalProperties }],
      inside(schema.additionalProperties, '{name}'),
    );
  return parts.length > 0 ? parts.flat() : [{ segments, kind: 'value', schema }];
}

/** The place as it is written in tables: `/aliases/*`, `/attributes/{name}/`. */
export function placeOf({ segments, kind }: Pick<BodyMember, 'segments' | 'kind'>): string {
  return `/${segments.join('/')}${kind === 'name' ? ' name' : ''}`;
}

/** A body that has a value, or a name, at a place, beside what else it holds. */
export function withMember(
  body: unknown,
  { segments, kind, schema }: Pick<BodyMember, 'segments' | 'kind' | 'schema'>,
  value: unknown,
): unknown {
  const [first, ...rest] = segments;
  if (first === undefined) return value;
  const inner = { segments: rest, kind, schema };
  if (first === '*') return [withMember(undefined, inner, value)];
  const isNamed = first === '{name}' && rest.length === 0 && kind === 'name';
  const key = isNamed ? String(value) : first === '{name}' ? 'some' : first;
  const own = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const present = Object.entries(own).find(([each]) => each === key)?.[1] as unknown;
  const below = schema.type === 'object' ? { key: 'x' } : 'x';
  const wanted = isNamed ? below : withMember(present, inner, value);
  return Object.fromEntries([...Object.entries(own), [key, wanted]]);
}
