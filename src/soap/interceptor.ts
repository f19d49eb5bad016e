/** A decoded call, before its handler is asked. */
export interface DecodedCall {
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly login: string | null;
  readonly contextId: number | null;
  /** The decoded request. */
  readonly message: unknown;
}

/** Successful answer to a call: a whole envelope, or one in pieces. */
export type Answer =
  { readonly envelope: string; readonly isReplayed: boolean } | { readonly pieces: AsyncGenerator<string> };

/** Request and answer, as far as they are text. */
export interface Exchange {
  /** null: it was not read, or is in no encoding that can be read. */
  readonly requestXml: string | null;
  /** The decoded request; undefined: it could not be decoded. */
  readonly message: unknown;
  /** null: the connection was cut. Of a long answer only the beginning. */
  readonly answerXml: string | null;
  readonly httpStatus: number;
}

/** Tap of a test system on all calls. Without one it costs nothing. */
export interface Interceptor {
  /**
   * Stands around the whole of carrying a call out: may wait, do without it, or answer otherwise.
   * @throws SoapFault what is answered instead; CutConnection; whatever `carryOut` throws
   */
  around(call: DecodedCall, carryOut: () => Promise<Answer>): Promise<Answer>;
  /** Told once of every request, after the answer was handed to the socket. */
  witness(record: CallRecord, exchange: Exchange): void;
}

/** There is to be no answer: the connection is reset. */
export class CutConnection extends Error {
  override readonly name = 'CutConnection';
}

const keptChars = 1024 * 1024;

/** The pieces as they are; the first million characters are told when the last piece is through. */
export async function* tapped(
  pieces: AsyncGenerator<string>,
  tell: (text: string) => void,
): AsyncGenerator<string> {
  let beginning = '';
  try {
    for await (const piece of pieces) {
      if (beginning.length < keptChars) beginning += piece;
      yield piece;
    }
  } finally {
    tell(beginning.slice(0, keptChars));
  }
}

/** Record of a finished call. It holds names and texts that the client may read, but no message content. */
export interface CallRecord {
  readonly requestId: string;
  readonly service: string;
  /** null when the request did not get that far */
  readonly operation: string | null;
  /** The login that the caller claims, whether or not it was right. */
  readonly login: string | null;
  /** The context that the call names, whether or not it exists. */
  readonly contextId: number | null;
  /** 'ok', the name of the declared exception, or the fault code */
  readonly outcome: string;
  readonly faultMessage: string | null;
  readonly durationMs: number;
  /** Size of the body on the wire, 0 when it was not read. */
  readonly requestBytes: number;
}
