/** A fault with which a service refused a call: nothing was changed, unless its text says otherwise. */
export class FaultError extends Error {
  constructor(
    message: string,
    /** Such as `NoSuchUserException`; null: the fault does not say. */
    readonly exceptionName: string | null,
  ) {
    super(message);
  }
}

/** There is no answer, or none that can be read: whether the call was carried out is unknown. */
export class NoAnswerError extends Error {}
