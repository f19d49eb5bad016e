/** The modules whose objects can be limited per context, and what holds where nobody says anything. OX: semantics 6.5. */
const defaultLimits = {
  calendar: 250_000,
  task: 250_000,
  contact: 250_000,
  infostore: 250_000,
  attachment: 250_000,
  invite_guests: 100,
  share_links: 100,
} as const;

export type QuotaModule = keyof typeof defaultLimits;

export const quotaModules = Object.keys(defaultLimits) as readonly QuotaModule[];

/** How many objects of a module a context may hold, and who says so. */
export interface ObjectQuota {
  readonly module: QuotaModule;
  /** null: as many as there may be; 0: none at all. */
  readonly limit: number | null;
  /** An entry of the context itself, the config cascade, or what is built in. */
  readonly source: 'context' | 'config' | 'default';
}

/** The property of the config cascade that limits a module; a user's own attributes do not count. OX: semantics 6.5. */
export function objectQuotaProperty(module: QuotaModule): string {
  return `com.openexchange.quota.${module}`;
}

/**
 * The limit of a module: explicit entry over config cascade over default. OX: semantics 6.5, a property of -1 or less is unlimited, one
 * that is no integer counts as not set, and 0 means that nothing is allowed, wherever it comes from.
 */
export function objectQuota(
  module: QuotaModule,
  entry: number | undefined,
  property: string | undefined,
): ObjectQuota {
  if (entry !== undefined) return { module, limit: entry, source: 'context' };
  const configured = parseJavaInt(property);
  if (configured !== null) return { module, limit: configured <= -1 ? null : configured, source: 'config' };
  return { module, limit: defaultLimits[module], source: 'default' };
}

function parseJavaInt(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  const value = /^[+-]?\d{1,10}$/.test(trimmed) ? Number(trimmed) : NaN;
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : null;
}
