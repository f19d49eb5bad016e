import type { Request } from 'express';

const hostPattern = /^([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253})|\[[0-9a-fA-F:.]{2,45}\])(?::(\d{1,5}))?$/;

/**
 * URL of the service for this client, without a trailing slash. It is the configured one, else by the Host
 * header, else by the socket. Forwarded headers count only behind a trusted proxy.
 */
export function baseUrl(request: Request, publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl;
  const scheme = request.protocol === 'https' ? 'https' : 'http';
  const match = hostPattern.exec(request.host ?? '');
  const port = match?.[2] ?? forwardedPort(request);
  if (!match?.[1] || !isPort(port)) return `${scheme}://${socketAddress(request)}`;
  return `${scheme}://${match[1]}${portSuffix(port)}`;
}

/** Proxies that pass the host without its port may say it apart. */
function forwardedPort(request: Request): string | undefined {
  const trusts = request.app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean;
  if (!trusts(request.socket.remoteAddress, 0)) return undefined;
  const port = request.get('X-Forwarded-Port')?.split(',')[0]?.trim();
  return port !== undefined && /^\d{1,5}$/.test(port) && isPort(port) ? port : undefined;
}

function isPort(port: string | undefined): boolean {
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}

/** Clients replace or delete `:80` and `:443` in what a WSDL says, so those two are never written. */
function portSuffix(port: string | undefined): string {
  return port === undefined || Number(port) === 80 || Number(port) === 443 ? '' : `:${Number(port)}`;
}

function socketAddress(request: Request): string {
  const { localAddress = '127.0.0.1', localPort } = request.socket;
  const address = localAddress.replace(/^::ffff:/, '');
  const host = address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address;
  return `${host}${portSuffix(localPort === undefined ? undefined : String(localPort))}`;
}
