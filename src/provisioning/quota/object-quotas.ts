/** The modules whose objects can be limited per context, and what holds where nobody says anything. Source: docs/contract/quota.md#2. */
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

/** Object quota of a module in a context, with its source. */
export interface ObjectQuota {
  readonly module: QuotaModule;
  /** null: as many as there may be; 0: none at all. */
  readonly limit: number | null;
  /** An entry of the context itself, the config cascade, or what is built in. */
  readonly source: 'context' | 'config' | 'default';
}

/** The property of the config cascade that limits a module; a user's own attributes do not count. Source: docs/contract/quota.md#2. */
export function objectQuotaProperty(module: QuotaModule): string {
  return `com.openexchange.quota.${module}`;
}

/**
 * Limit of a module: explicit entry over config cascade over default. A property of -1 or less is unlimited,
 * a malformed one is not set, and 0 allows nothing.
 * Source: docs/contract/quota.md#2.
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
