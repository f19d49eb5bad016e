import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { envelope, operationXml, type Credentials, type SoapParams } from '../wire/raw-soap.js';
import { child, parseXml, scalars } from '../wire/xml-tree.js';

/** The end of one call as its client sees it. */
type CallEnd =
  | { readonly kind: 'acknowledged'; readonly id: number }
  /** A fault that says that nothing was changed. */
  | { readonly kind: 'refused' }
  /** No answer, or a fault that says that nobody knows. */
  | { readonly kind: 'unknown' };

/** What a user may look like: by the number of the last change, or gone. */
type UserState = number | 'absent';

interface LoadUser {
  readonly name: string;
  /** null until a create was acknowledged. */
  id: number | null;
  readonly possible: Set<UserState>;
}

/** What the database holds of one user, as far as the load has written it. */
export interface SeenUser {
  readonly id: number;
  readonly name: string;
  readonly givenName: string;
  readonly aliases: readonly string[];
  readonly attribute: string | undefined;
}

const callTimeoutMs = 40_000;
const domain = 'load.example';
const nothingChanged = /temporarily unavailable/;
const nobodyKnows = /Find out which before you repeat the call/;

/** Clients that create, change and delete users of a context, and know what they were told. */
export class AcknowledgedLoad {
  readonly users: LoadUser[] = [];
  /** Faults and answers that no client should ever see. */
  readonly unexpected: string[] = [];
  readonly counts = { acknowledged: 0, refused: 0, unknown: 0, keyed: 0 };
  /** Every id that a create was answered with, also of users that are gone. */
  readonly ids: number[] = [];
  lastAcknowledgedAtMs = 0;
  private isStopping = false;
  private workers: Promise<void>[] = [];
  private serial = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly contextId: number,
    private readonly as: Credentials,
    private readonly prefix = 'load',
  ) {}

  start(workerCount: number): void {
    this.isStopping = false;
    this.workers = Array.from({ length: workerCount }, (_, index) => this.work(index));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers);
  }

  /** Waits until so many more changes were acknowledged. */
  async acknowledges(count: number, withinMs = 60_000): Promise<void> {
    const wanted = this.counts.acknowledged + count;
    const giveUpAt = Date.now() + withinMs;
    while (this.counts.acknowledged < wanted) {
      if (Date.now() > giveUpAt)
        throw new Error(`no ${count} changes in ${withinMs} ms: ${this.unexpected.join('; ')}`);
      await sleep(20);
    }
  }

  /** What the tables say against what the clients were told; empty when all is well. */
  complaints(seen: readonly SeenUser[]): string[] {
    const found = new Map<string, SeenUser[]>();
    for (const user of seen) found.set(user.name, [...(found.get(user.name) ?? []), user]);
    const complaints = this.users.flatMap((user) => complaintsOf(user, found.get(user.name) ?? []));
    if (new Set(this.ids).size !== this.ids.length) complaints.push('an id was given twice');
    return [...complaints, ...this.unexpected];
  }

  private async work(index: number): Promise<void> {
    const mine: LoadUser[] = [];
    while (!this.isStopping) {
      const user = mine[Math.floor(Math.random() * mine.length)];
      const choice = Math.random();
      if (user === undefined || choice < 0.4) mine.push(...(await this.create(index)));
      else if (choice < 0.8) await this.change(user, mine);
      else await this.remove(user, mine);
    }
  }

  private async create(index: number): Promise<LoadUser[]> {
    const version = (this.serial += 1);
    const name = `${this.prefix}${index}x${version}`;
    const user: LoadUser = { name, id: null, possible: new Set<UserState>(['absent']) };
    this.users.push(user);
    const usrdata = {
      ...fieldsOf(name, version),
      name,
      display_name: name,
      password: 'secret',
      sur_name: 'Sur',
      primaryEmail: addressOf(name),
      email1: addressOf(name),
    };
    const key = Math.random() < 0.3 ? randomUUID() : null;
    const ask = () => this.call('create', { ctx: this.ctx, usrdata }, key);
    let end = await ask();
    // With a key the call may be repeated until its end is known.
    for (
      let tried = 0;
      key !== null && end.kind !== 'acknowledged' && tried < 40 && !this.isStopping;
      tried += 1
    ) {
      await sleep(50);
      end = await ask();
    }
    if (key !== null && end.kind === 'acknowledged') this.counts.keyed += 1;
    // A refusal by the last of several tries says nothing of the ones before.
    if (end.kind === 'unknown' || (key !== null && end.kind === 'refused')) user.possible.add(version);
    if (end.kind !== 'acknowledged') return [];
    this.ids.push((user.id = end.id));
    become(user, version);
    return [user];
  }

  private async change(user: LoadUser, mine: LoadUser[]): Promise<void> {
    const version = (this.serial += 1);
    const usrdata = { ...fieldsOf(user.name, version), id: user.id };
    const end = await this.call('change', { ctx: this.ctx, usrdata }, null);
    this.settle(user, version, end, mine);
  }

  private async remove(user: LoadUser, mine: LoadUser[]): Promise<void> {
    const end = await this.call('delete', { ctx: this.ctx, user: { id: user.id }, reassign: 0 }, null);
    this.settle(user, 'absent', end, mine);
    if (end.kind === 'acknowledged') forget(mine, user);
  }

  private settle(user: LoadUser, next: UserState, end: CallEnd, mine: LoadUser[]): void {
    if (end.kind === 'acknowledged') become(user, next);
    if (end.kind !== 'unknown') return;
    // Left as it may be, for the check at the end.
    user.possible.add(next);
    forget(mine, user);
  }

  private get ctx(): SoapParams {
    return { id: this.contextId };
  }

  private async call(operation: string, params: SoapParams, key: string | null): Promise<CallEnd> {
    const end = await this.send(operation, params, key);
    this.counts[end.kind] += 1;
    if (end.kind === 'acknowledged') this.lastAcknowledgedAtMs = Date.now();
    else await sleep(30);
    return end;
  }

  private async send(operation: string, params: SoapParams, key: string | null): Promise<CallEnd> {
    const service = 'OXResellerUserService';
    const url = this.urls[Math.floor(Math.random() * this.urls.length)] ?? '';
    let status: number;
    let xml: string;
    try {
      const response = await fetch(`${url}/webservices/${service}`, {
        method: 'POST',
        headers: {
          'content-type': 'text/xml; charset=UTF-8',
          ...(key === null ? {} : { 'idempotency-key': key }),
        },
        body: envelope(operationXml(service, operation, params, this.as)),
        signal: AbortSignal.timeout(callTimeoutMs),
      });
      status = response.status;
      xml = await response.text();
    } catch {
      return { kind: 'unknown' };
    }
    if (status === 200) return { kind: 'acknowledged', id: idOf(xml) };
    const text = /<faultstring>([^<]*)/.exec(xml)?.[1] ?? '';
    if (nothingChanged.test(text) || status === 503) return { kind: 'refused' };
    if (!nobodyKnows.test(text) && status !== 502)
      this.unexpected.push(`${operation}: HTTP ${status} ${text}`);
    return { kind: 'unknown' };
  }
}

function become(user: LoadUser, state: UserState): void {
  user.possible.clear();
  user.possible.add(state);
}

function forget(mine: LoadUser[], user: LoadUser): void {
  const at = mine.indexOf(user);
  if (at >= 0) mine.splice(at, 1);
}

function addressOf(name: string, version?: number): string {
  return version === undefined ? `${name}@${domain}` : `${name}.${version}@${domain}`;
}

/** One change in three tables. */
function fieldsOf(name: string, version: number): SoapParams {
  return {
    given_name: `v${version}`,
    aliases: [addressOf(name), addressOf(name, version)],
    userAttributes: { config: { version: String(version) } },
  };
}

function complaintsOf(user: LoadUser, seen: readonly SeenUser[]): string[] {
  const expected = [...user.possible].join(' or ');
  if (seen.length > 1) return [`${user.name} is there ${seen.length} times`];
  const [found] = seen;
  if (found === undefined)
    return user.possible.has('absent') ? [] : [`${user.name} is lost (expected ${expected})`];
  const version = Number(found.givenName.slice(1));
  if (!user.possible.has(version)) return [`${user.name} is version ${version}, expected ${expected}`];
  const aliases = [...found.aliases].sort().join();
  const isWhole =
    found.attribute === String(version) &&
    aliases === [addressOf(user.name), addressOf(user.name, version)].sort().join();
  if (!isWhole) return [`${user.name} is half changed: ${JSON.stringify(found)}`];
  return user.id !== null && user.id !== found.id ? [`${user.name} has another id`] : [];
}

function idOf(xml: string): number {
  const body = child(parseXml(xml), 'Body');
  return Number(scalars(child(body?.children[0], 'return'))['id'] ?? 0);
}
