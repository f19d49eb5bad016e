import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigError, type Config } from '../../settings/read-config.js';

/** Paths of certificate and key. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * TLS files of the settings; null for plain HTTP.
 * @throws ConfigError when one of two settings is missing, or certificate and key cannot be used
 */
export function tlsFiles({ tlsCertFile, tlsKeyFile }: Config): TlsFiles | null {
  if (tlsCertFile === null && tlsKeyFile === null) return null;
  if (tlsCertFile === null) throw new ConfigError('TLS_KEY_FILE needs TLS_CERT_FILE');
  if (tlsKeyFile === null) throw new ConfigError('TLS_CERT_FILE needs TLS_KEY_FILE');
  const files = { certFile: tlsCertFile, keyFile: tlsKeyFile };
  try {
    readTls(files);
  } catch {
    throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE must hold a certificate and its key, as PEM');
  }
  return files;
}

/**
 * Reads certificate and key. TLS 1.2 is the oldest that is spoken, whatever options Node was started with.
 * @throws Error when they cannot be read or do not belong together
 */
export function readTls({ certFile, keyFile }: TlsFiles): SecureContextOptions {
  const options = {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    minVersion: 'TLSv1.2',
  } as const;
  createSecureContext(options);
  return options;
}
