/** What people and programs write for a number or a date: digits with signs, an exponent, a unit, a time zone. */
const NUMBER = /^[\s\p{Nd}+\-.,:/]*(?:[etx][\s\p{Nd}+\-.,:/]*){0,2}\p{L}{0,3}\s*$/iu;
const WORD = /^\s*\p{L}{1,12}\s*$/u;

/** Longest part of a text that a fault shows, in characters. */
const SHOWN_CHARS = 100;

/**
 * Suspicion that a text in place of a number or a date is a password that strayed, so that neither an answer nor the log shows it.
 * @param secrets the passwords of the same request
 */
export function mayBeSecret(text: string, secrets: readonly string[]): boolean {
  if (secrets.some((secret) => text.includes(secret))) return true;
  const start = text.slice(0, SHOWN_CHARS);
  return !NUMBER.test(start) && !WORD.test(start);
}
