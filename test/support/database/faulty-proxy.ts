import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** How a message on its way to a database server, or back, fails. */
export type ProxyFault = 'silence' | 'cut before' | 'cut after' | 'error';

export interface Trap {
  readonly fault: ProxyFault;
  /** Which message it strikes, beginning with 1. */
  readonly at: number;
  /** Whether messages of the server count, too. */
  readonly countsAnswers?: boolean;
  /** Whether all connections are silent from then on, until `heal`; else the one that was struck is, and nothing else. */
  readonly isLasting?: boolean;
}

/** A way to a MySQL server that fails once, at a chosen message. */
export interface FaultyProxy {
  readonly port: number;
  /** Counts anew, and fails once. */
  arm(trap: Trap): void;
  /** Whether the trap has struck. */
  readonly hasStruck: boolean;
  /** Everything is well again for new connections; those that were silent stay so for ever, as after a NAT has forgotten them. */
  heal(): void;
  /** Cuts all connections now. */
  dropAll(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Nothing passes any more, not even the end of the connection. */
  isMute: boolean;
  /** The answer to what was sent last does not pass. */
  isCutAfter: boolean;
}

/** ER_GET_ERRNO: the storage engine reports an error. */
const errorCode = 1030;

class Proxy implements FaultyProxy {
  port = 0;
  hasStruck = false;
  private trap: Trap | null = null;
  private seen = 0;
  private isSilent = false;
  private readonly pairs = new Set<Pair>();
  private readonly server = createServer((client) => this.accept(client));

  constructor(private readonly targetPort: number) {}

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  arm(trap: Trap): void {
    this.trap = trap;
    this.seen = 0;
    this.hasStruck = false;
  }

  heal(): void {
    this.trap = null;
    this.isSilent = false;
  }

  dropAll(): void {
    for (const pair of this.pairs) this.cut(pair);
  }

  async close(): Promise<void> {
    this.dropAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    const upstream = connect(this.targetPort, '127.0.0.1');
    const pair: Pair = { client, upstream, isMute: this.isSilent, isCutAfter: false };
    this.pairs.add(pair);
    client.on('data', (data) => this.fromClient(pair, data));
    upstream.on('data', (data) => this.fromServer(pair, data));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        if (!pair.isMute) other.destroy();
        if (client.destroyed && upstream.destroyed) this.pairs.delete(pair);
      });
    }
  }

  private fromClient(pair: Pair, data: Buffer): void {
    const fault = this.passes(pair, true);
    if (pair.isMute) return;
    if (fault === 'cut before') return this.cut(pair);
    if (fault === 'error') return void pair.client.write(errorAfter(data));
    if (fault === 'cut after') pair.isCutAfter = true;
    pair.upstream.write(data);
  }

  private fromServer(pair: Pair, data: Buffer): void {
    this.passes(pair, false);
    if (pair.isMute) return;
    if (pair.isCutAfter) return this.cut(pair);
    pair.client.write(data);
  }

  /** Counts a message, and springs the trap when it is the one. */
  private passes(pair: Pair, isOfClient: boolean): ProxyFault | null {
    if (this.isSilent) pair.isMute = true;
    const { trap } = this;
    if (trap === null || pair.isMute || !(isOfClient || trap.countsAnswers)) return null;
    this.seen += 1;
    if (this.seen !== trap.at) return null;
    this.trap = null;
    this.hasStruck = true;
    if (trap.fault === 'silence') {
      pair.isMute = true;
      this.isSilent = trap.isLasting === true;
    }
    return trap.fault;
  }

  private cut(pair: Pair): void {
    pair.client.destroy();
    pair.upstream.destroy();
  }
}

/** Starts a proxy on 127.0.0.1 in front of a port of it. */
export async function startFaultyProxy(targetPort: number): Promise<FaultyProxy> {
  const proxy = new Proxy(targetPort);
  await proxy.listen();
  return proxy;
}

/** An ERR packet of the server in reply to a packet of the client. */
function errorAfter(data: Buffer): Buffer {
  const text = Buffer.from('Got error 28 from storage engine');
  const body = Buffer.concat([
    Buffer.from([0xff, errorCode & 0xff, errorCode >> 8]),
    Buffer.from('#HY000'),
    text,
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, (data[3] ?? 0) + 1]), body]);
}
