/** Where output goes, and how the user says that it is enough. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Progress is only for people. */
  readonly isTerminal: boolean;
  /** Aborted with the exit code as its reason. */
  readonly signal: AbortSignal;
}
