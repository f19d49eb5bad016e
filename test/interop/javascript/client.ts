/** Members of a message by their local names, as every client of this folder takes and gives them. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Calls an operation of one service.
 * @returns each `return` of the answer, null for nil; nothing for the empty Body of a void operation
 * @throws SoapFault for a fault
 */
export type Call = (operation: string, request: Members) => Promise<readonly unknown[]>;

/** Gets ready to call a service. */
export type Connect = (url: string, service: string) => Promise<Call>;

/** A fault that a client understood. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';

  constructor(
    readonly text: string,
    /** The local name of the element inside `detail`. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(text, options);
  }
}

/** Clients give one element or an array of them, or nothing. */
export function listOf(found: unknown): unknown[] {
  return found === undefined || found === null ? [] : [found].flat();
}
