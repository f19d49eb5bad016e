import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An account as tests look at it. */
export interface FakeAccount {
  readonly id: string;
  /** The password hash that it has, null: none. */
  readonly secret: string | null;
  readonly aliases: readonly string[];
  readonly quotas: Readonly<Record<string, number>>;
  readonly disabledPermissions: readonly string[];
  used: unknown;
}

export const fakeToken = 'API_fake-token';

/** Anything else would be stored as a plain password. */
export const isHash = (secret: string): boolean =>
  /^(\{CRYPT\}\$2[aby]\$|\{SSHA512\}[A-Za-z0-9+/=]+$)/.test(secret);

/** An answer that is no 200. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}

/**
 * Stands in for a Stalwart, and answers as a real one was seen to (stalwart-recorded/, replayed in stalwart-recorded.test.ts). What a real one
 * refuses as unreadable, or would take for a plain password, is noted in `violations`.
 */
export abstract class FakeStalwart {
  readonly violations: string[] = [];
  readonly requests: string[] = [];
  /** Answers HTTP 503 while it is set. */
  isDown = false;
  /** Accounts whose changes are refused, by address. */
  readonly poisoned = new Set<string>();
  private server: Server | null = null;
  url = '';

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      void this.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) =>
      this.server === null ? resolve() : this.server.close(() => resolve()),
    );
  }

  /** By address. */
  abstract find(address: string): FakeAccount | undefined;

  /** A user gives himself an app password, a second factor and what else there is; an administrator adds an address. */
  abstract addForeign(address: string, foreignAddress: string): void;

  /** What `addForeign` added and is still there. */
  abstract foreignOf(address: string): unknown;

  /** Says what a mailbox holds. */
  used(address: string, answer: unknown): void {
    const account = this.find(address);
    if (account !== undefined) account.used = answer;
  }

  /** @param caller the user of Basic credentials, null: the key */
  protected abstract handle(method: string, path: string, body: unknown, caller: string | null): unknown;

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { method = '', url: path = '' } = request;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    if (this.isDown) return { status: 503, body: {} };
    const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
    const caller = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':')[0] : null;
    if (caller === null && credentials !== fakeToken) return { status: 401, body: unauthorized };
    this.requests.push(`${method} ${path}`);
    try {
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      return { status: 200, body: this.handle(method, path, body, caller ?? null) };
    } catch (error) {
      this.violations.push(
        `${method} ${path}: ${error instanceof Error ? error.message : String(error)} ${text}`,
      );
      return error instanceof Problem
        ? { status: error.status, body: error.body }
        : { status: 500, body: {} };
    }
  }
}

const unauthorized = {
  type: 'about:blank',
  status: 401,
  title: 'Unauthorized',
  detail: 'You have to authenticate first.',
};
