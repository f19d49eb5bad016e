/**
 * The address of the services at an endpoint: the one that is given, with `/webservices` where it names only a host.
 * @returns null unless it is an http:// or https:// URL that holds no login
 */
export function servicesUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password, origin, pathname } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return null;
  const path = pathname.replace(/\/+$/, '');
  return `${origin}${path === '' ? '/webservices' : path}`;
}
