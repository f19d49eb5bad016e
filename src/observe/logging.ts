import { EOL } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import winston from 'winston';
import { packageRoot } from '../package-root.js';
import type { Config } from '../settings/read-config.js';

/** Log of one line per event. */
export type Logger = winston.Logger;

/** All that is ever logged about a SOAP request; there is no field that could hold a credential. */
export interface RequestLine {
  readonly requestId: string;
  readonly service: string;
  readonly operation: string | null;
  /** The login that asked, whether or not it was believed. */
  readonly principal: string | null;
  readonly contextId?: number | undefined;
  /** `ok`, or the name of the fault. */
  readonly outcome: string;
  readonly durationMs: number;
}

/**
 * Creates the logger. It neutralises control characters and drops every field whose name looks like a
 * credential.
 * @param stream destination of the lines, stdout by default
 */
export function createLogger(
  config: Pick<Config, 'logLevel' | 'logFormat'>,
  stream: NodeJS.WritableStream = process.stdout,
): Logger {
  const { combine, timestamp, printf } = winston.format;
  const line = config.logFormat === 'json' ? jsonLine : textLine;
  const logger = winston.createLogger({
    level: config.logLevel,
    format: combine(
      timestamp(),
      printf((info) => line(cleanFields(info))),
    ),
    transports: [new winston.transports.Stream({ stream })],
  });
  requestLogs.set(logger, (fields) => stream.write(line(fields) + EOL));
  return logger;
}

/**
 * Writers of request lines, straight to the stream of a logger. Nearly all lines are of requests, and
 * winston's pipeline would cost each a third of its CPU time.
 */
const requestLogs = new WeakMap<Logger, (fields: Fields) => void>();

/** One line per SOAP request. Faults are a client's daily life and no error of ours: they are logged at info, too. */
export function logRequest(logger: Logger, line: RequestLine): void {
  if (!logger.isInfoEnabled()) return;
  const { requestId, service, operation, principal, contextId, outcome, durationMs } = line;
  requestLogs.get(logger)?.({
    time: new Date().toISOString(),
    level: 'info',
    message: 'request',
    requestId: neutralise(requestId, 1_000),
    service,
    operation: operation === null ? null : neutralise(operation, 1_000),
    principal: principal === null ? null : neutralise(principal, 1_000),
    ...(contextId === undefined ? {} : { contextId }),
    outcome: neutralise(outcome, 1_000),
    durationMs: Math.round(durationMs * 10) / 10,
  });
}

/**
 * Logs an unexpected error without its text, which could reveal data. The stack is logged at debug level
 * only.
 * @param errorId id that the client got instead of the text, if any
 */
export function logError(logger: Logger, what: string, error: unknown, errorId?: string): void {
  const id = errorId === undefined ? {} : { errorId };
  logger.error(what, { ...id, error: describeError(error) });
  const frames = ownFrames(error);
  if (frames.length > 0) logger.debug('thrown at', { ...id, frames: frames.join(' < ') });
}

/** An error in one line that holds no SQL, no absolute path and no password. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (isDatabaseError(error, code)) return `database error${code === null ? '' : ` ${code}`}`;
  const text = error.message === '' ? (code ?? 'no message') : withoutSecrets(error.message);
  return `${error.name}: ${neutralise(text, 300)}`;
}

const sqlStart =
  /^\s*(select\b.*\bfrom|insert into|replace into|update\b.*\bset|delete from|(create|alter|drop) (table|view|index|unique)|with\b.*\bas \(|(begin|commit|rollback);?$)/is;

/** Drivers repeat statements and values in their messages, so only the code may be logged. */
function isDatabaseError(error: Error, code: string | null): boolean {
  if ('sql' in error || 'sqlMessage' in error || /^(ER_|SQLITE_)/.test(code ?? '')) return true;
  return sqlStart.test(error.message);
}

function withoutSecrets(text: string): string {
  return text
    .replace(/\/\/[^/\s]*@/g, '//***@')
    .replace(/(^|[\s'"(])(?:file:\/\/)?(?:\/[^\s/'":)]+)+\/([^\s/'":)]+)/g, '$1$2');
}

/** The frames of a stack that are in our own code, relative to the project. */
function ownFrames(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const root = fileURLToPath(packageRoot);
  return stack
    .split('\n')
    .map((frame) => /^ +at (?:(.+) \()?(?:file:\/\/)?(\/[^()]+:\d+:\d+)\)?$/.exec(frame))
    .filter((frame) => frame !== null)
    .map(([, name = '', path = '']) => ({ name, place: relative(root, path) }))
    .filter(({ place }) => !place.startsWith('..') && !place.includes('node_modules'))
    .slice(0, 8)
    .map(({ name, place }) => `${name} ${place}`.trim());
}

const credentialName = /password|passwd|secret|auth|cred/i;

type Fields = Record<string, unknown>;

function cleanFields(info: winston.Logform.TransformableInfo): Fields {
  const { timestamp, level, message, ...rest } = info;
  return { time: timestamp, level, message: clean(message), ...(clean(rest) as Fields) };
}

function clean(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return neutralise(value, 1_000);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return describeError(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 3) return '…';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => clean(item, depth + 1));
  const kept = Object.entries(value).filter(([key]) => !credentialName.test(key));
  return Object.fromEntries(kept.map(([key, item]) => [neutralise(key, 100), clean(item, depth + 1)]));
}

const PLAIN = /^[\x20-\x7e]*$/;

/** Control characters and those that turn the direction of writing, as `\uXXXX`; long texts are cut. */
function neutralise(text: string, lengthLimit: number): string {
  if (text.length <= lengthLimit && PLAIN.test(text)) return text;
  const cut = text.length > lengthLimit ? `${text.slice(0, lengthLimit)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

function jsonLine(fields: Fields): string {
  return JSON.stringify(fields);
}

function textLine({ time, level, message, ...rest }: Fields): string {
  const pairs = Object.entries(rest).map(([key, value]) => `${key}=${textValue(value)}`);
  return [time, String(level).padEnd(5), message, ...pairs].join(' ');
}

function textValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s="]+$/.test(text) ? text : JSON.stringify(text);
}
