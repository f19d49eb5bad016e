/** Ends a command. The message is for the operator, complete, and never shows a secret. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** The command line cannot be understood; the hint where help is comes with it. */
export class UsageError extends CommandError {
  constructor(message: string, exitCode = 2) {
    super(message, exitCode);
  }
}
