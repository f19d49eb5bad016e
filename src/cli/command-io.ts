/** Where output goes, what the environment says, and how the user says that it is enough. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `out` may be coloured. */
  readonly showsColours: boolean;
  /** Whether people look at `err` and may be shown how far it is, in a line that is written over. */
  readonly showsProgress: boolean;
  /** Aborted with the exit code as its reason. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks for a password that is not shown; absent when there is nobody to ask. */
  readonly askSecret?: (question: string) => Promise<string>;
  /** Says what the program ends with; the last one counts, and without any it is 0. */
  readonly exitWith: (exitCode: number) => void;
}
