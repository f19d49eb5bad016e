import type { Request } from 'express';
import type { z } from 'zod';
import type { PathParameters } from './rest-schemas.js';

export type RestMethod = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The names in a path such as `/contexts/{contextId}`. */
export type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The path itself, if each name in it is a known parameter. */
export type KnownPath<Path extends string> =
  NamesIn<Path> extends keyof PathParameters ? Path : `unknown parameter in ${Path}`;

export type ParamsOf<Path extends string> = {
  readonly [Name in NamesIn<Path> & keyof PathParameters]: z.output<PathParameters[Name]>;
};

type QuerySchemas = Readonly<Record<string, z.ZodType>>;
/** By HTTP status; null: an answer without a body. */
type AnswerSchemas = Readonly<Record<number, z.ZodType | null>>;

/** Parameters and answer of an operation, source of both validation and OpenAPI document. */
export interface Operation<
  Query extends QuerySchemas,
  Body extends z.ZodType,
  Answers extends AnswerSchemas,
> {
  /** Unique among all. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: Query;
  readonly headers?: QuerySchemas;
  readonly body?: Body;
  readonly answers: Answers;
  /** The HTTP statuses of problems, beside those that every call can answer. */
  readonly problems?: readonly number[];
}

/** An operation with its place. */
export interface DeclaredOperation extends Operation<QuerySchemas, z.ZodType, AnswerSchemas> {
  readonly method: RestMethod;
  /** The whole of it, with names in braces. */
  readonly path: string;
  /** Accepted authentication schemes. */
  readonly security: readonly ('basic' | 'bearer')[];
}

/** One request whose caller named himself; whether he is believed is for the rules to say. */
export interface RestCall<Caller, Params = unknown, Query = unknown, Body = unknown> {
  readonly request: Request;
  readonly caller: Caller;
  readonly params: Params;
  /** @throws ProblemError 400 unless it fits the schema */
  readonly query: () => Query;
  /** @throws ProblemError 400 unless it fits the schema */
  readonly body: () => Body;
}

/** Values as the domain gives them: nobody writes to them. */
type Shown<T> = T extends readonly (infer Item)[]
  ? readonly Shown<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Shown<T[Key]> }
    : T;

/** A page of a list that is sent while it is read. */
export interface PagePieces<Item> {
  readonly items: AsyncIterable<Item>;
  /** Known once all items are sent; null: there is no next page. */
  readonly nextOffset: () => number | null;
}

/** An HTTP status and what is sent as JSON, if anything. */
export interface RestAnswer<Status extends number = number, Body = unknown> {
  readonly status: Status;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in place of a body. */
  readonly pieces?: PagePieces<unknown>;
  /** Sent in place of JSON. */
  readonly text?: { readonly type: string; readonly content: string };
}

type ItemOf<Page> = Page extends { readonly items: readonly (infer Item)[] } ? Item : never;

/** One of the declared answers. */
export type AnswerOf<Answers extends AnswerSchemas> = {
  [Status in keyof Answers & number]: Answers[Status] extends z.ZodType
    ? | (RestAnswer<Status, Shown<z.output<Answers[Status]>>> & { readonly body: unknown })
      | (RestAnswer<Status, undefined> & {
          readonly pieces: PagePieces<ItemOf<Shown<z.output<Answers[Status]>>>>;
        })
    : RestAnswer<Status, undefined>;
}[keyof Answers & number];

/** Adds a call: where it is, what it takes and answers, and what answers it. */
export type AddRoute<Caller> = <
  const Path extends string,
  const Answers extends AnswerSchemas,
  Query extends QuerySchemas = Record<never, never>,
  Body extends z.ZodType = z.ZodNever,
>(
  method: RestMethod,
  path: KnownPath<Path> & Path,
  operation: Operation<Query, Body, Answers>,
  answer: (
    call: RestCall<
      Caller,
      ParamsOf<Path>,
      { readonly [Name in keyof Query]: z.output<Query[Name]> },
      z.output<Body>
    >,
  ) => Promise<AnswerOf<Answers>>,
) => void;

/** Answer 200 with a body. */
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
