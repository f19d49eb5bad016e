import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from '../processes/free-port.js';

const program = '/usr/bin/redis-server';
const startTimeoutMs = 10_000;

export function redisIsInstalled(): boolean {
  return existsSync(program);
}

/** A Redis of our own on 127.0.0.1 that keeps nothing. */
export class RedisServer {
  private server: ChildProcess | null = null;

  private constructor(readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const redis = new RedisServer(await freePort());
    await redis.resume();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, empty, on the same port. */
  async resume(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '--', program, ...args], {
      stdio: 'ignore',
    });
    server.unref();
    this.server = server;
    const giveUpAt = Date.now() + startTimeoutMs;
    while (
      !(await this.set({})
        .then(() => true)
        .catch(() => false))
    ) {
      if (server.exitCode !== null || Date.now() > giveUpAt) throw new Error('Redis did not start');
      await sleep(50);
    }
  }

  async set(values: Readonly<Record<string, string>>): Promise<void> {
    const client = createClient({ url: this.url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      if (Object.keys(values).length > 0) await client.mSet(values);
      else await client.ping();
    } finally {
      client.destroy();
    }
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null || server.exitCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
  }
}
