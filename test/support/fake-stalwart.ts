import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** An account as the fake keeps it. */
export interface FakeAccount {
  id: string;
  name: string;
  domain: string;
  secret: string | null;
  aliases: string[];
  quotas: Record<string, number>;
  used: number;
}

export const fakeToken = 'API_fake-token';

/** A limit in bytes or in objects; there is no 0. */
export const limit = z.number().int().min(1);
/** Anything else would be stored as a plain password. */
export const secret = z.string().regex(/^(\{CRYPT\}\$2[aby]\$|\{SSHA512\}[A-Za-z0-9+/=]+$)/);

/**
 * Stands in for a Stalwart. It knows only what is documented of the exchange (mailservers.md, part B), and whatever is not exactly that is
 * noted in `violations` and refused; it cannot show that a real Stalwart agrees.
 */
export abstract class FakeStalwart {
  readonly accounts = new Map<string, FakeAccount>();
  readonly domains = new Set<string>(['example.org']);
  readonly violations: string[] = [];
  readonly requests: string[] = [];
  /** Answers HTTP 503 while it is set. */
  isDown = false;
  /** Accounts whose changes are refused, by address. */
  readonly poisoned = new Set<string>();
  private server: Server | null = null;
  private ids = 0;
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
  find(address: string): FakeAccount | undefined {
    return [...this.accounts.values()].find((account) => addressOf(account) === address);
  }

  protected abstract handle(method: string, path: string, body: unknown): unknown;

  protected newId(): string {
    return `i${(this.ids += 1)}`;
  }

  protected strictly<T>(shape: z.ZodType<T>, value: unknown, what: string): T {
    const read = shape.safeParse(value);
    if (read.success) return read.data;
    throw new Violation(`${what}: ${z.prettifyError(read.error)} in ${JSON.stringify(value)}`);
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { method = '', url: path = '' } = request;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    if (this.isDown) return { status: 503, body: {} };
    if (request.headers.authorization !== `Bearer ${fakeToken}`) return { status: 401, body: {} };
    this.requests.push(`${method} ${path}`);
    try {
      if (text !== '' && request.headers['content-type'] !== 'application/json')
        throw new Violation('not JSON');
      return { status: 200, body: this.handle(method, path, text === '' ? undefined : JSON.parse(text)) };
    } catch (error) {
      this.violations.push(error instanceof Error ? error.message : String(error));
      return { status: 400, body: {} };
    }
  }
}

/** What the exchange does not know. */
export class Violation extends Error {}

export function addressOf({ name, domain }: Pick<FakeAccount, 'name' | 'domain'>): string {
  return `${name}@${domain}`;
}
