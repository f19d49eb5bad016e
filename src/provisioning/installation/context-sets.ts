/**
 * Properties for every context whose tags satisfy an expression: a scope of the config cascade.
 * Source: docs/contract/config-cascade.md#2.
 */
export interface ContextSet {
  readonly name: string;
  /** The tags as they are written in the file, to tell whether it changed. */
  readonly tags: string;
  readonly matches: TagExpression;
  readonly properties: ReadonlyMap<string, string>;
}

/**
 * Reads the operator's file, JSON: `{"<name>": {"withTags": "<expression>" or ["<tag>", …], "properties": {"<property>": value}}}`. Of a list all
 * tags are needed; a value is a text, a number or a boolean.
 * @throws Error naming the set that cannot be read
 */
export function parseContextSets(text: string): ContextSet[] {
  const sets: unknown = parseJson(text);
  if (!isObject(sets)) throw new Error('it must hold one object: name → set');
  return Object.entries(sets).map(([name, set]) => {
    try {
      return parseContextSet(name, set);
    } catch (error) {
      throw new Error(`set "${name}": ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  });
}

/** Properties of the matching context sets; the first set in the file wins. */
export function propertiesForTags(
  sets: readonly ContextSet[],
  tags: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const matching = sets.filter(({ matches }) => matches(tags));
  return new Map(matching.toReversed().flatMap(({ properties }) => [...properties]));
}

function parseContextSet(name: string, set: unknown): ContextSet {
  if (!isObject(set)) throw new Error('it must be an object');
  const { withTags, properties, ...rest } = set;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw new Error(`"${stranger}" is unknown`);
  if (!isObject(properties)) throw new Error('"properties" must be an object');
  return {
    name,
    tags: JSON.stringify(withTags),
    matches: parseTags(withTags),
    properties: new Map(Object.entries(properties).map(parseProperty)),
  };
}

function parseTags(withTags: unknown): TagExpression {
  if (typeof withTags === 'string') return parseTagExpression(withTags);
  const needed: unknown[] = Array.isArray(withTags) ? withTags : [];
  if (needed.length === 0 || !needed.every((tag) => typeof tag === 'string'))
    throw new Error('"withTags" must be an expression or a list of tags');
  return (tags) => needed.every((tag) => tags.has(tag));
}

function parseProperty([property, value]: [string, unknown]): [string, string] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return [property, String(value)];
  throw new Error(`"${property}" must be a text, a number or a boolean`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Predicate of tags. */
export type TagExpression = (tags: ReadonlySet<string>) => boolean;

/**
 * Reads an expression over tags, such as `premium & (ucInfostore | !trial)`: `!` binds tightest, then `&`, then `|`. A tag is everything
 * without blanks, parentheses and these three signs, compared exactly.
 * @throws Error for what cannot be read
 */
export function parseTagExpression(text: string): TagExpression {
  const tokens = text.match(/[&|!()]|[^\s&|!()]+/g) ?? [];
  let at = 0;
  const next = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const operand = (): TagExpression => {
    if (next('!')) {
      const negated = operand();
      return (tags) => !negated(tags);
    }
    if (next('(')) {
      const inside = either();
      if (!next(')')) throw new Error(`")" is missing in "${text}"`);
      return inside;
    }
    const tag = tokens[at];
    if (tag === undefined || /[&|)]/.test(tag)) throw new Error(`a tag is missing in "${text}"`);
    at += 1;
    return (tags) => tags.has(tag);
  };
  const both = (): TagExpression => {
    const operands = [operand()];
    while (next('&')) operands.push(operand());
    return (tags) => operands.every((one) => one(tags));
  };
  const either = (): TagExpression => {
    const operands = [both()];
    while (next('|')) operands.push(both());
    return (tags) => operands.some((one) => one(tags));
  };
  const expression = either();
  if (at < tokens.length) throw new Error(`"${tokens[at]}" is unexpected in "${text}"`);
  return expression;
}
