/** The mechanisms that clients may name: the set of 8.x. Source: docs/contract/users.md#1-5. */
export const passwordMechanisms = ['BCRYPT', 'CRYPT', 'SHA-256', 'SHA-512', 'SHA'] as const;
export type PasswordMechanism = (typeof passwordMechanisms)[number];

/** Kinds of callers that make changes. */
export type CallerKind = 'master' | 'reseller' | 'contextAdmin' | 'user' | 'fileService' | 'operator';

/** Login and password as the caller sent them; a missing element is an empty login. Source: docs/contract/authentication.md#1. */
export interface Credentials {
  readonly login: string;
  readonly password: string;
  /** From where the caller asks; absent for those who need no network to do so. */
  readonly address?: string;
}

/** Checks the password of a caller. */
export interface CredentialChecker {
  /**
   * True when the caller's password matches `storedHash`; null (unknown login) never matches and takes as
   * long.
   * @param contextId context of the login; null for the master admin or a reseller
   */
  verify(credentials: Credentials, storedHash: string | null, contextId: number | null): Promise<boolean>;
  /** Called when refusals may have ended, as those of a context whose id somebody else gets. */
  forgetRefusals?(): void;
}
