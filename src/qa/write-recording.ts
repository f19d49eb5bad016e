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
