import type { User } from './model.js';
import type { UserClaims } from './store.js';

/** A user to be created under the next free id of its context. */
export interface NewUser {
  readonly user: Omit<User, 'id'>;
  readonly claims: UserClaims;
  readonly guard: {
    /** What the flag below was derived from. */
    readonly cascadeVersion: number;
    readonly isUnifiedEnabled: boolean;
    /** Whether its file storage must still be registered. */
    readonly holdsFilestore: boolean;
    /** Whether usage is written down under the name of its mailbox, from an earlier user. */
    readonly hasMailUsage: boolean;
    /** Addresses of it that forwards of the context claim, which give way. */
    readonly forwarded: readonly string[];
  };
}

/** What a session needs to know of a user whose mail quota was changed: how it was before. */
export type MailQuotaBefore = Pick<User, 'isContextAdmin' | 'primaryEmail' | 'mailQuotaMb'>;
