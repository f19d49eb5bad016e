/** The kinds of problems that say more than their HTTP status. Each is a section of the page at `/openapi/`, and of docs/rest.md. */
export const problemTypes = {
  'invalid-request': {
    title: 'The request is not as it is declared',
    meaning:
      'The body, the query or the path does not fit its schema, and nothing was changed. The member errors lists what is wrong: a JSON pointer into the body, or the name of a parameter of the path or the query, and a text.',
  },
  taken: {
    title: 'The name is taken',
    meaning:
      'A login, display name, mail address, context name, id or login mapping is in use already. Nothing was changed.',
  },
  'quota-exceeded': {
    title: 'The quota is exhausted',
    meaning:
      'What was asked for does not fit. The members limit, mail, files or used, reserved and available say in bytes, or in objects, what there is.',
  },
} as const;
export type ProblemType = keyof typeof problemTypes;

/** The URI reference that stands for a type, which leads to where it is described. */
export function problemTypeUri(type: ProblemType): string {
  return `/openapi/#${type}`;
}
