import type { CallRecord, Exchange } from '../../soap/interceptor.js';
import type { SecretHider } from './secret-hider.js';

/** A request and its answer. No passwords are in it. */
export interface JournalEntry {
  readonly id: number;
  readonly time: string;
  /** Request id of the log. */
  readonly requestId: string;
  /** Of SOAP its name, of REST the beginning of its paths, such as `provisioning/v1`. */
  readonly service: string;
  readonly operation: string | null;
  /** Of REST, with the query; null: SOAP. */
  readonly method: string | null;
  readonly path: string | null;
  readonly principal: string | null;
  readonly contextId: number | null;
  /** `ok`, the name of the exception, the fault code, or `HTTP` and the status. */
  readonly outcome: string;
  readonly faultText: string | null;
  /** 0: the connection was cut. */
  readonly httpStatus: number;
  readonly durationMs: number;
  /** The rule of the control API that was applied. */
  readonly ruleId: number | null;
  readonly request: string | null;
  readonly answer: string | null;
}

/** A REST call and its answer. */
export interface RestExchange extends Pick<
  JournalEntry,
  'requestId' | 'service' | 'operation' | 'principal' | 'outcome' | 'httpStatus' | 'durationMs'
> {
  readonly method: string;
  readonly path: string;
  readonly contextId?: number | undefined;
  /** JSON received; undefined when there was none. */
  readonly requestBody: unknown;
  readonly answerBody: unknown;
}

/** Filter of entries; null matches all. `text` searches request, answer and fault text. */
export interface JournalQuery {
  readonly service: string | null;
  readonly operation: string | null;
  readonly principal: string | null;
  readonly contextId: number | null;
  readonly outcome: string | null;
  readonly requestId: string | null;
  readonly text: string | null;
  /** Only entries with a higher id. */
  readonly since: number | null;
  /** The newest of them. */
  readonly limit: number | null;
}

export interface JournalLimits {
  readonly maxEntries: number;
  readonly maxChars: number;
}

/** Of a body of a REST call; SOAP's are cut at the tap. */
const keptChars = 1024 * 1024;
const defaultLimits: JournalLimits = { maxEntries: 2_000, maxChars: 32 * 1024 * 1024 };

/** The last requests and answers of a test system; the oldest make room. */
export class Journal {
  private readonly entries: JournalEntry[] = [];
  private chars = 0;
  private lastId = 0;

  constructor(
    private readonly hider: SecretHider,
    private readonly limits: JournalLimits = defaultLimits,
  ) {}

  add(record: CallRecord, exchange: Exchange, ruleId: number | null): void {
    const hidden = (xml: string | null): string | null =>
      xml === null ? null : this.hider.hide(xml, exchange.message);
    this.keep({
      requestId: record.requestId,
      service: record.service,
      operation: record.operation,
      method: null,
      path: null,
      principal: record.login,
      contextId: record.contextId,
      outcome: record.outcome,
      faultText: record.faultMessage === null ? null : hidden(record.faultMessage),
      httpStatus: exchange.httpStatus,
      durationMs: record.durationMs,
      ruleId,
      request: hidden(exchange.requestXml),
      answer: hidden(exchange.answerXml),
    });
  }

  addRest({ requestBody, answerBody, path, contextId, ...call }: RestExchange): void {
    const hidden = (body: unknown): string | null =>
      body === undefined ? null : this.hider.hideJson(body, requestBody).slice(0, keptChars);
    this.keep({
      ...call,
      path: this.hider.hideQuery(path),
      contextId: contextId ?? null,
      faultText: null,
      ruleId: null,
      request: hidden(requestBody),
      answer: hidden(answerBody),
    });
  }

  /** Oldest first. */
  find(query: JournalQuery): JournalEntry[] {
    const found = this.entries.filter((entry) => isWanted(entry, query));
    return query.limit === null ? found : found.slice(Math.max(0, found.length - query.limit));
  }

  clear(): void {
    this.entries.length = 0;
    this.chars = 0;
  }

  private keep(call: Omit<JournalEntry, 'id' | 'time'>): void {
    const durationMs = Math.round(call.durationMs * 10) / 10;
    const entry = { id: (this.lastId += 1), time: new Date().toISOString(), ...call, durationMs };
    this.entries.push(entry);
    this.chars += charsOf(entry);
    while (this.entries.length > this.limits.maxEntries || this.chars > this.limits.maxChars) {
      const oldest = this.entries.shift();
      if (oldest === undefined) break;
      this.chars -= charsOf(oldest);
    }
  }
}

function charsOf({ request, answer }: JournalEntry): number {
  return (request?.length ?? 0) + (answer?.length ?? 0) + 500;
}

function isWanted(entry: JournalEntry, query: JournalQuery): boolean {
  const { service, operation, principal, contextId, outcome, requestId, text, since } = query;
  const equal = [
    [service, entry.service],
    [operation, entry.operation],
    [principal, entry.principal],
    [contextId, entry.contextId],
    [outcome, entry.outcome],
    [requestId, entry.requestId],
  ] as const;
  if (equal.some(([wanted, is]) => wanted !== null && wanted !== is)) return false;
  if (since !== null && entry.id <= since) return false;
  if (text === null) return true;
  return [entry.request, entry.answer, entry.faultText].some((each) => each?.includes(text) === true);
}
