import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import type { DatabaseHost, DatabaseTls } from '../database-url.js';

/** Address options of mysql2. */
export interface DriverAddress {
  readonly host: string;
  readonly port: number;
  readonly stream: () => Socket;
}

/** Option `ssl` of mysql2: chain and name are verified. */
export interface DriverTls {
  readonly rejectUnauthorized: true;
  readonly verifyIdentity: true;
  readonly ca?: string;
}

/**
 * Options of mysql2 to verify a server's certificate.
 * @throws Error with a text for the operator: the file of CAs cannot be read
 */
export function driverTls({ caFile }: DatabaseTls): DriverTls {
  const verified = { rejectUnauthorized: true, verifyIdentity: true } as const;
  return caFile === null ? verified : { ...verified, ca: readCa(caFile) };
}

/** Address for the driver, and the server name that it verifies. */
export function driverAddress({ host, port }: DatabaseHost, tls: DatabaseTls | null): DriverAddress {
  const name = tls?.serverName ?? host;
  return { host: name, port, stream: () => openSocket(host, port, name) };
}

function openSocket(host: string, port: number, name: string): Socket {
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  // mysql2 hands no IP address on, and Node then takes `_host`, or else `localhost`, for the name to verify.
  if (isIP(name) !== 0) Object.defineProperty(socket, '_host', { value: name });
  return socket;
}

function readCa(file: string): string {
  const pem = readOrNull(file);
  if (pem === null) throw new Error('the file that ssl-ca of the database URL names cannot be read');
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error('the file that ssl-ca of the database URL names holds no certificate in PEM form');
  return pem;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
