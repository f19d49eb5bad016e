import { z } from 'zod';
import { maxId } from './rest.js';

/** An id in JSON. */
export const id = z.int().min(1).max(maxId);

/** An id in a path or a query, where everything is text. */
const idText = z
  .string()
  .regex(/^[1-9]\d{0,9}$/)
  .transform(Number)
  .pipe(id);

const text = z.string().min(1);

/** Parameters of paths, each with one meaning everywhere. */
export const pathParameters = {
  resellerId: idText.meta({ description: 'The id of a reseller', examples: [1] }),
  contextId: idText.meta({ description: 'The id of a context', examples: [1] }),
  userId: idText.meta({ description: 'The id of a user in the context', examples: [3] }),
  groupId: idText.meta({ description: 'The id of a group in the context', examples: [4] }),
  reservationId: text.meta({ description: 'The id of a reservation' }),
  module: text.meta({ description: 'A module whose objects are counted', examples: ['calendar'] }),
  context: text.meta({ description: 'The id or the name of a context' }),
  alias: text.meta({ description: 'A mail address that is forwarded', examples: ['info@acme.example'] }),
  domain: text.meta({ description: 'A mail domain; `*` lists all', examples: ['acme.example'] }),
  mailDomain: text.meta({
    description: 'A mail domain, in any letter case and form',
    examples: ['acme.example'],
  }),
  announcementId: z
    .union([z.literal('*'), idText])
    .meta({ description: 'The id of an announcement; `*` is read as all of them', examples: [1] }),
  snapshot: text.meta({ description: 'The name of a snapshot', examples: ['clean'] }),
  ruleId: idText.meta({ description: 'The id of a fault rule', examples: [1] }),
} as const;
export type PathParameters = typeof pathParameters;

/** A whole number from 0 on in a query. */
function numberText(max: number) {
  return z
    .string()
    .regex(/^\d{1,10}$/, `a whole number from 0 to ${max}`)
    .transform(Number)
    .pipe(z.int().min(0).max(max));
}

/** Query parameters for a page of a list. */
export const page = {
  pattern: z
    .string()
    .max(255)
    .default('*')
    .meta({
      description: 'Pattern of the name: `*` stands for any text, `_` for any one character',
      examples: ['*'],
    }),
  offset: numberText(maxId).default(0).meta({ description: 'Number of results to skip' }),
  limit: numberText(1_000).default(100).meta({ description: 'Maximum number of results' }),
};

/** A part of a list, and where the next one begins. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    nextOffset: z.int().nullable().meta({ description: 'The offset of the next part; null: there is none' }),
  });
}

/** RFC 9457, with the members that Oxbow adds. */
export const problem = z
  .looseObject({
    type: z.string().meta({ description: 'Type of the problem, as a URI reference' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    requestId: z.string().meta({ description: 'Request id, as in the header x-request-id and in the log' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().meta({ description: 'A JSON pointer into the body' }),
          parameter: z
            .string()
            .optional()
            .meta({ description: 'The name of a parameter of the path or the query' }),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({
    id: 'Problem',
    description: 'Problem (RFC 9457)',
    examples: [
      {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'No such user 9 in context 1',
        requestId: '4f8c2b1e-6d57-4d3c-9a57-0f6c1f1c7a10',
      },
    ],
  });
