/** A mail address that only one user may hold within a scope: one context, or (0) the whole platform. */
export interface MailClaim {
  readonly scopeContextId: number;
  /** Normalised: lower case, ASCII domain. */
  readonly address: string;
}

/** The names that a user holds for itself; unique constraints decide between two users who want the same. */
export interface UserClaims {
  /** null: display names need not be unique. */
  readonly displayName: string | null;
  readonly mail: readonly MailClaim[];
}

/** Holder of a claimed name. */
export interface ClaimHolder {
  readonly contextId: number;
  /** The context admin, where it is a forward. */
  readonly userId: number;
  /** A forward gives way to a user of its own context. */
  readonly kind: 'user' | 'forward';
}
