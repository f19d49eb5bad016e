/** Carries out one operation of a service: message in, message out. @throws CallFault */
export type CallOperation = (service: string, operation: string, message: object) => Promise<unknown>;

/** An operation was refused. */
export class CallFault extends Error {
  override readonly name = 'CallFault';

  constructor(
    message: string,
    /** Local name of the declared exception; null: the fault has none. */
    readonly exception: string | null,
  ) {
    super(message);
  }
}
