import type { Request } from 'express';

/** What was asked for, or what there is now. */
export function ok<Body>(body: Body): { readonly status: 200; readonly body: Body } {
  return { status: 200, body };
}

/** It is done, and there is nothing to tell. */
export const noContent = { status: 204 } as const;

/** Something new, whose address is its id below that of the request; relative, so that it holds behind any proxy. */
export function created<Body extends { readonly id: number }>(
  { path }: Pick<Request, 'path'>,
  body: Body,
): { readonly status: 201; readonly body: Body; readonly headers: { readonly Location: string } } {
  const list = path.endsWith('/') ? '' : `${path.slice(path.lastIndexOf('/') + 1)}/`;
  return { status: 201, body, headers: { Location: `${list}${body.id}` } };
}
