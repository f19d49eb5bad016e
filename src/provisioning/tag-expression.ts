/** Whether a set of tags satisfies an expression. */
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
