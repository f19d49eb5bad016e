import { z } from 'zod';
import type { JournalEntry } from './journal.js';

/** One call of a recording: a line of JSON. */
export interface RecordedCall {
  readonly service: string;
  readonly operation: string | null;
  /** The login that called. */
  readonly principal: string | null;
  readonly httpStatus: number;
  /** Secrets are placeholders, `{{secret-…}}`. */
  readonly request: string;
  readonly answer: string;
}

/** The entries of SOAP that have both a request and an answer, as a recording. */
export function writeRecording(entries: readonly JournalEntry[]): string {
  return entries
    .filter(({ path }) => path === null)
    .map(({ service, operation, principal, httpStatus, request, answer }) =>
      request === null || answer === null
        ? ''
        : `${JSON.stringify({ service, operation, principal, httpStatus, request, answer } satisfies RecordedCall)}\n`,
    )
    .join('');
}

/** A recording cannot be read. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const line = z.object({
  service: z.string().regex(/^\w+$/),
  operation: z.string().nullable(),
  principal: z.string().nullable(),
  httpStatus: z.number(),
  request: z.string(),
  answer: z.string(),
});

/** Reads a recording, JSON lines. @throws RecordingError with the number of the line */
export function readRecording(text: string, file: string): RecordedCall[] {
  return text.split('\n').flatMap((each, at) => {
    if (each.trim() === '') return [];
    try {
      return [line.parse(JSON.parse(each))];
    } catch {
      throw new RecordingError(`${file}:${at + 1} is no call of a recording`);
    }
  });
}
