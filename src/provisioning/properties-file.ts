/**
 * Reads a file of properties as the original has them: lines `name=value` or `name: value`, `#` and `!` comments, a `\` at the end of a line
 * joins the next one to it. The last value of a name counts.
 * @throws Error naming the line that cannot be read
 */
export function parsePropertiesFile(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  let joined = '';
  text.split(/\r?\n/).forEach((line, index) => {
    const whole = joined + (joined === '' ? line : line.trimStart());
    joined = '';
    if (/^\s*([#!].*)?$/.test(whole)) return;
    if (whole.endsWith('\\')) {
      joined = whole.slice(0, -1);
      return;
    }
    const match = /^\s*([^\s=:]+)\s*[=:]\s*(.*?)\s*$/.exec(whole);
    if (match?.[1] === undefined || match[2] === undefined)
      throw new Error(`line ${index + 1} is not of the form name=value`);
    properties.set(match[1], match[2]);
  });
  return properties;
}
