/** What a mailbox may be used for. Whether its user may log in to the web is `User.enabled`. */
export interface MailboxPermissions {
  readonly send: boolean;
  readonly receive: boolean;
  /** IMAP, POP3 and the like. */
  readonly maillogin: boolean;
}

export interface MailboxPermissionRepository {
  /** Everything is allowed where nothing was ever forbidden. */
  find(contextId: number, userId: number): Promise<MailboxPermissions>;
  /** Absent = untouched. The user must exist. */
  update(contextId: number, userId: number, changes: Partial<MailboxPermissions>): Promise<void>;
}
