import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';

/** Documentation of one setting, beside its name and default. */
export interface SettingDoc {
  readonly meaning: string;
  /** Allowed values, for the error line and the table. */
  readonly allowed: string;
  /** Stands for the default where the default is no fixed text. */
  readonly defaultText?: string;
  /** The value may hold a password and is never shown. */
  readonly secret?: true;
}

/** Documentation by setting. */
export const docs = z.registry<SettingDoc>();

/** A setting read by `parse`; undefined means the value is not allowed. */
export function setting<T>(parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue('is not allowed');
    return z.NEVER;
  });
}

export const flagSetting = setting((text) => ({ true: true, false: false })[text.toLowerCase()]);

export const integer = (min: number, max: number) =>
  setting((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  });

export const oneOf = <const T extends string>(...values: T[]) =>
  setting((text) => values.find((value) => value === text.toLowerCase()));

export const matching = (pattern: RegExp) => setting((text) => (pattern.test(text) ? text : undefined));

/** An unset setting without a default is null. */
export const orNull = <T extends z.ZodType>(type: T) => type.optional().transform((value) => value ?? null);

export const trueOrFalse = (meaning: string): SettingDoc => ({ meaning, allowed: 'true or false' });

// Each function reads the text of a setting; undefined means that it is not allowed.

export function parsePublicUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username || url.password || url.search || url.hash) return undefined;
  return url.href.replace(/\/+$/, '');
}

/** Origins as browsers write them: scheme, host, and a port where it is not the usual one. */
export function parseOrigins(text: string): string[] | undefined {
  const origins = text.split(',').map((part) => originOf(part.trim()));
  return origins.every((origin) => origin !== undefined) ? origins : undefined;
}

function originOf(text: string): string | undefined {
  const url = parsePublicUrl(text);
  return url !== undefined && !url.includes('*') && new URL(url).pathname === '/'
    ? new URL(url).origin
    : undefined;
}

/** The values that Express takes for `trust proxy`. */
export function parseTrustProxy(text: string): boolean | number | string[] | undefined {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const parts = lower.split(',').map((part) => part.trim());
  return parts.every(isProxyAddress) ? parts : undefined;
}

function isProxyAddress(part: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(part)) return true;
  const [address = '', prefix, ...rest] = part.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (family === 4 ? 32 : 128);
}

export function parseReadableFile(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    return undefined;
  }
}

export function parsePattern(text: string): string | undefined {
  try {
    new RegExp(text, 'u');
    return text;
  } catch {
    return undefined;
  }
}

export function parseTimezone(text: string): string | undefined {
  if (!/^[A-Za-z]/.test(text)) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    return undefined;
  }
}

const mechanisms = ['CRYPT', 'SHA', 'SHA-256', 'SHA-512', 'BCRYPT'] as const;

export function parseMechanism(text: string): (typeof mechanisms)[number] | undefined {
  const bare = text.toUpperCase().replace(/^\{(.*)\}$/, '$1');
  return mechanisms.find((mechanism) => mechanism === bare);
}

/** A program with an absolute path, and its arguments. */
export function parseCommand(text: string): readonly [string, ...string[]] | undefined {
  const [program, ...args] = text.trim().split(/ +/);
  if (program === undefined || !program.startsWith('/') || /\p{Cc}/u.test(text)) return undefined;
  return [program, ...args];
}

/** With or without login and number of a database. */
export function parseRedisUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^rediss?:$/.test(url.protocol) || !url.hostname || url.search || url.hash) return undefined;
  return /^(\/\d*)?$/.test(url.pathname) ? url.href : undefined;
}

/** A webhook may have a query. */
export function parseWebhookUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) return undefined;
  return url.href;
}
