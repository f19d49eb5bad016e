import type { IncomingMessage } from 'node:http';
import { isIPv6, isIP } from 'node:net';

/**
 * From where a request came, for counting: an IPv4 address, or the /64 network of an IPv6 one, since whoever has one address there has
 * them all. `X-Forwarded-For` counts only behind a trusted proxy (TRUST_PROXY), and only if it holds an address.
 */
export function clientAddress(request: IncomingMessage): string {
  const claimed = 'ip' in request && typeof request.ip === 'string' ? request.ip : '';
  const address = isIP(claimed) > 0 ? claimed : (request.socket.remoteAddress ?? '');
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIPv6(plain) ? network(plain) : plain || 'unknown';
}

function network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...gap, ...after].slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
