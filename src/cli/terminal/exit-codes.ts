import { FaultError, NoAnswerError } from '../../soap-client/post-envelope.js';
import { CommandError } from './command-io.js';

/**
 * OX: SYSEXIT_… of its command line tools, which scripts look at. Other errors exit with 1, a fault in
 * `oxbow call` with 4.
 */
export const exitCodes = {
  fault: 4,
  missingOption: 104,
  communication: 105,
  illegalOptionValue: 109,
  unknownOption: 111,
} as const;

const ofExceptions: Readonly<Record<string, number>> = {
  InvalidCredentialsException: 101,
  NoSuchContextException: 102,
  InvalidDataException: 103,
  StorageException: 106,
  RemoteException: 107,
  NoSuchUserException: 108,
  ContextExistsException: 110,
  NoSuchGroupException: 112,
  NoSuchResourceException: 113,
};

/** Exit code of the original's tool for an error; null for errors that it does not know. */
export function exitCodeOf(error: unknown): number | null {
  if (error instanceof FaultError) return ofExceptions[error.exceptionName ?? ''] ?? 1;
  if (error instanceof NoAnswerError) return exitCodes.communication;
  return error instanceof CommandError ? error.exitCode : null;
}
