/** One doveadm command, in both forms in which it can be sent. */
export interface DoveadmCall {
  /** Its name and parameters in the HTTP API. */
  readonly method: string;
  readonly parameters: Readonly<Record<string, string | boolean | readonly string[]>>;
  /** The arguments of the program. */
  readonly args: readonly string[];
}

/** Outcome of a command: its rows, or a non-zero exit code. */
export type DoveadmAnswer =
  | { readonly exitCode: 0; readonly rows: readonly Readonly<Record<string, string>>[] }
  | { readonly exitCode: number; readonly rows: null };

/** A way to Dovecot's administration. */
export interface Doveadm {
  /**
   * Carries out one command.
   * @throws MailServerError when it was not carried out, or nobody knows
   */
  run(call: DoveadmCall): Promise<DoveadmAnswer>;
  /** The parameters that Dovecot takes for a method of the HTTP API; null where they need not be known. */
  parametersOf(method: string): Promise<readonly string[] | null>;
}

/** Of Dovecot's exit codes, which are those of sysexits.h and its own. */
export const doveadmExit = {
  noUser: 67,
  /** `kick` found nobody, and so on. */
  notFound: 68,
  temporaryFailure: 75,
} as const;
