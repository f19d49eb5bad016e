/** The mechanisms that clients may name. OX: semantics 1.5, the 8.x set. */
export const passwordMechanisms = ['BCRYPT', 'CRYPT', 'SHA', 'SHA-256', 'SHA-512'] as const;
export type PasswordMechanism = (typeof passwordMechanisms)[number];

/** Who may change something. */
export const callerKinds = ['master', 'reseller', 'contextAdmin', 'user', 'fileService', 'operator'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** Login and password as the caller sent them; a missing element is an empty login. OX: semantics 0.7. */
export interface Credentials {
  readonly login: string;
  readonly password: string;
  /** From where the caller asks; absent for those who need no network to do so. */
  readonly address?: string;
}

/** Checks the password of a caller. */
export interface CredentialChecker {
  /**
   * Whether the caller's password belongs to `storedHash`; null (no such login) never matches and takes as long.
   * @param contextId where the login belongs; null: it is that of the master admin or of a reseller
   */
  verify(credentials: Credentials, storedHash: string | null, contextId: number | null): Promise<boolean>;
  /** Called when refusals may have ended, as those of a context whose id somebody else gets. */
  forgetRefusals?(): void;
}
