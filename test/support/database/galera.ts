import { execFile, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../processes/free-port.js';
import { grants, installInto, killed, mariadbIsInstalled, spawnMariadbd, withConnection } from './mariadb.js';

const providerPath = '/usr/lib/galera/libgalera_smm.so';
const rsyncPath = '/usr/bin/rsync';
/** rsync's receiver gives up root's rights, so the nodes of root run as the user of Debian's package. */
const asUser = process.getuid?.() === 0 ? 'mysql' : null;
const startTimeoutMs = 90_000;

/** One mariadbd of a cluster. */
export interface GaleraNode {
  readonly port: number;
  /** Runs one statement as the test user. */
  query(sql: string): Promise<unknown>;
  /** A `SHOW STATUS` value, null when the node does not answer. */
  status(name: string): Promise<string | null>;
  /** Kills it as a crash would. */
  crash(): Promise<void>;
  /** Starts it again, into the cluster, and waits until it is synced. */
  restart(): Promise<void>;
  /** Stops or goes on, as a machine that hangs. */
  pause(): void;
  resume(): void;
  /**
   * Cuts it off from the other nodes, while clients still reach it, or lets it back. By Galera's own option for this: a proxy cannot, since
   * nodes tell each other their addresses and connect anew without it.
   */
  isolate(isIsolated: boolean): Promise<void>;
}

/** A Galera cluster of our own on 127.0.0.1, gone with the test process. */
export interface GaleraCluster {
  readonly nodes: readonly GaleraNode[];
  /** A new empty database; its URL names the given nodes, in that order. */
  createDatabase(): Promise<(...nodes: readonly GaleraNode[]) => string>;
  stop(): Promise<void>;
}

/** Whether Debian's mariadb-server, galera-4 and rsync are installed. */
export function galeraIsInstalled(): boolean {
  return mariadbIsInstalled() && existsSync(providerPath) && existsSync(rsyncPath);
}

interface Ports {
  readonly sql: number;
  readonly group: number;
  readonly ist: number;
  readonly sst: number;
}

/** Starts three nodes: the first alone, then the others, which copy its data. */
export async function startGaleraCluster(): Promise<GaleraCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-galera-'));
  const password = randomBytes(12).toString('hex');
  writeFileSync(join(directory, 'init.sql'), grants(password));
  const ports: Ports[] = [];
  for (let index = 0; index < 3; index += 1)
    ports.push({
      sql: await freePort(),
      group: await freePort(),
      ist: await freePort(),
      sst: await freePort(),
    });
  const nodes = ports.map(
    (own, index) => new Node(join(directory, String(index)), directory, own, ports, password),
  );
  process.once('exit', () => {
    for (const node of nodes) node.kill();
    rmSync(directory, { recursive: true, force: true });
  });
  const [first, ...others] = nodes as [Node, ...Node[]];
  await installInto(join(directory, '0'));
  if (asUser !== null) await promisify(execFile)('/usr/bin/chown', ['-R', asUser, directory]);
  await first.start('new');
  for (const node of others) await node.start('join');
  let databases = 0;
  return {
    nodes,
    async createDatabase() {
      const name = `oxbow_${(databases += 1)}`;
      await first.query(`CREATE DATABASE ${name}`);
      return (...on) =>
        `mysql://oxbow:${password}@${on.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${name}`;
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.crash()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

class Node implements GaleraNode {
  private server: ChildProcess | null = null;

  constructor(
    private readonly directory: string,
    private readonly shared: string,
    private readonly ports: Ports,
    private readonly all: readonly Ports[],
    private readonly password: string,
  ) {
    mkdirSync(join(directory, 'data'), { recursive: true });
  }

  get port(): number {
    return this.ports.sql;
  }

  async query(sql: string): Promise<unknown> {
    return withConnection(this.port, this.password, async (connection) => (await connection.query(sql))[0]);
  }

  async status(name: string): Promise<string | null> {
    const rows = (await this.query(`SHOW GLOBAL STATUS LIKE '${name}'`).catch(() => [])) as {
      Value?: string;
    }[];
    return rows[0]?.Value ?? null;
  }

  async start(as: 'new' | 'join'): Promise<void> {
    this.server = spawnMariadbd(this.options(as), asUser);
    const giveUpAt = Date.now() + startTimeoutMs;
    while ((await this.status('wsrep_local_state_comment')) !== 'Synced') {
      if (this.server.exitCode !== null || Date.now() > giveUpAt)
        throw new Error(`a Galera node did not start:\n${this.log().slice(-3_000)}`);
      await sleep(100);
    }
  }

  crash(): Promise<void> {
    this.resume();
    return killed(this.server);
  }

  restart(): Promise<void> {
    return this.start('join');
  }

  pause(): void {
    this.server?.kill('SIGSTOP');
  }

  resume(): void {
    this.server?.kill('SIGCONT');
  }

  async isolate(isIsolated: boolean): Promise<void> {
    await this.query(`SET GLOBAL wsrep_provider_options = 'gmcast.isolate=${isIsolated ? 1 : 0}'`);
  }

  kill(): void {
    this.server?.kill('SIGKILL');
  }

  private log(): string {
    return readFileSync(join(this.directory, 'server.log'), 'utf8');
  }

  private options(as: 'new' | 'join'): string[] {
    const { sql, group, ist, sst } = this.ports;
    const provider = [
      `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
      `ist.recv_addr=127.0.0.1:${ist}`,
      'gcache.size=64M',
      // Galera's own timeouts of 5 and 15 seconds stand: shorter ones split a cluster on a machine as busy as CI's.
    ];
    return [
      '--no-defaults',
      `--datadir=${join(this.directory, 'data')}`,
      `--socket=${join(this.directory, 'server.sock')}`,
      `--pid-file=${join(this.directory, 'server.pid')}`,
      `--log-error=${join(this.directory, 'server.log')}`,
      ...(as === 'new' ? [`--init-file=${join(this.shared, 'init.sql')}`, '--wsrep-new-cluster'] : []),
      '--bind-address=127.0.0.1',
      `--port=${sql}`,
      '--skip-name-resolve',
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=32M',
      '--performance-schema=OFF',
      '--wsrep-on=ON',
      `--wsrep-provider=${providerPath}`,
      `--wsrep-cluster-name=${this.shared.split('/').pop() ?? 'oxbow'}`,
      `--wsrep-cluster-address=gcomm://${this.all.map((ports) => `127.0.0.1:${ports.group}`).join(',')}`,
      `--wsrep-node-address=127.0.0.1:${group}`,
      `--wsrep-node-name=node${sql}`,
      '--wsrep-sst-method=rsync',
      `--wsrep-sst-receive-address=127.0.0.1:${sst}`,
      `--wsrep-provider-options=${provider.join(';')}`,
    ];
  }
}
