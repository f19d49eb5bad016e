import { z } from 'zod';

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

/** What a set of schemas is in JSON: each of them, and those with an id by that. */
export interface Converted {
  readonly of: ReadonlyMap<z.ZodType, JsonSchema>;
  readonly components: Readonly<Record<string, JsonSchema>>;
}

/**
 * Converts schemas all at once, so that those with an id become components.
 * @param io whether what they take is meant, or what they give
 */
export function jsonSchemas(schemas: Iterable<z.ZodType>, io: 'input' | 'output'): Converted {
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
