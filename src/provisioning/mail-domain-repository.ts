/** A user who receives what is sent to addresses of a domain that nobody has. */
export interface DomainCatchall {
  /** Normalised: lower case, ASCII. */
  readonly domain: string;
  readonly contextId: number;
  readonly userId: number;
}

/** A mail domain that several contexts use. */
export interface SharedMailDomain {
  /** Normalised: lower case, ASCII. */
  readonly domain: string;
  /** The reseller that shared it, null: the master admin. */
  readonly ownerId: number | null;
}

export interface MailDomainRepository {
  /** Repeating it is no error. The user must exist. */
  insertCatchall(catchall: DomainCatchall): Promise<void>;
  /** @returns whether there was one */
  deleteCatchall(catchall: DomainCatchall): Promise<boolean>;
  /** How many its context has, and whether it is among them. */
  countCatchalls(catchall: DomainCatchall): Promise<{ readonly count: number; readonly isThere: boolean }>;
  /** By domain, then user id, with the present login of the user. */
  listCatchalls(contextId: number): Promise<(DomainCatchall & { readonly login: string })[]>;

  /** A domain that is shared already stays its owner's. */
  insertShared(shared: SharedMailDomain): Promise<void>;
  findShared(domain: string): Promise<SharedMailDomain | null>;
  deleteShared(domain: string): Promise<void>;
  /** By domain. */
  listShared(): Promise<SharedMailDomain[]>;

  /**
   * Whether a context other than `exceptContextId`, and of none of the owners, has addresses, catch-alls or forwards of the
   * domain. Looks through all addresses: not for hot paths.
   */
  isUsedElsewhere(
    domain: string,
    except: { readonly contextId: number; readonly ownerIds: readonly number[] },
  ): Promise<boolean>;
}
