import type { Problem } from '../engine/rest.js';

/** One thing that is wrong with a request, and where. */
export interface Mistake {
  /** RFC 6901, into the body. */
  readonly pointer?: string;
  /** The name of a parameter of the path or the query. */
  readonly parameter?: string;
  readonly detail: string;
}

/** Maximum of reported mistakes; the first ones matter. */
export const maxMistakes = 20;

/** A problem of the type `invalid-request`. */
export function invalidRequest(detail: string, mistakes: readonly Mistake[]): Problem {
  return {
    status: 400,
    type: 'invalid-request',
    detail,
    members: { errors: mistakes.slice(0, maxMistakes) },
  };
}

/** Problem with the body as a whole. */
export function unusableBody(detail: string): Problem {
  return invalidRequest(detail, [{ pointer: '', detail }]);
}

/** RFC 6901. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
