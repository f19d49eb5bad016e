const addresses = new WeakMap<object, string>();

/**
 * Notes from where a decoded request came, beside the credentials in it: they are what the address matters to, and all that handlers
 * pass on of the caller.
 */
export function noteClientAddress(message: unknown, address: string): void {
  if (typeof message !== 'object' || message === null) return;
  const { auth, creds } = message as { readonly auth?: unknown; readonly creds?: unknown };
  const credentials = auth ?? creds;
  if (typeof credentials === 'object' && credentials !== null) addresses.set(credentials, address);
}

/** The address that was noted; undefined for credentials of no request. */
export function clientAddressOf(credentials: object | null | undefined): string | undefined {
  return credentials ? addresses.get(credentials) : undefined;
}
