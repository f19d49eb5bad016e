import Database from 'libsql';
import { createConnection, type ResultSetHeader } from 'mysql2/promise';
import { randomUUID } from 'node:crypto';
import {
  DovecotServer,
  databaseIsInstalled,
  dovecotVersions,
  type DovecotVersion,
} from '../support/mail/dovecot.js';
import { requirePart } from '../support/processes/require-part.js';
import { returnedOne, type SoapParams } from '../support/wire/raw-soap.js';
import { scalars } from '../support/wire/xml-tree.js';
import { World } from '../wire/fixtures.js';

const fileServiceToken = 'file-service-token-of-tests';

/** Oxbow and Dovecot on one database. Users are made over SOAP; their password is `pw-<name>`. */
export class MailWorld {
  private constructor(
    readonly world: World,
    readonly dovecot: DovecotServer,
  ) {}

  /**
   * @param extraConfig stands at the end of Dovecot's configuration
   * @param redisPort of the Redis by which usage goes, if it does
   */
  static async start(
    version: DovecotVersion,
    database: 'SQLite' | 'MariaDB',
    extraConfig = '',
    redisPort: number | null = null,
  ): Promise<MailWorld> {
    const dovecot = await DovecotServer.prepare(version, database);
    const env = {
      MAIL_SERVER: 'dovecot',
      DOVEADM_URL: dovecot.doveadmUrl,
      DOVEADM_API_KEY: dovecot.doveadmApiKey,
      FILE_SERVICE_TOKEN: fileServiceToken,
      ...(redisPort !== null && { REDIS_USAGE_URL: `redis://127.0.0.1:${redisPort}` }),
    };
    const world = await World.start(env, dovecot.databaseUrl);
    const mail = new MailWorld(world, dovecot);
    try {
      await dovecot.start(
        extraConfig,
        redisPort === null ? {} : { USAGE: 'redis', REDIS_PORT: String(redisPort) },
      );
      return mail;
    } catch (error) {
      await mail.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.dovecot.stop();
    await this.world.stop();
  }

  /** A user with a mailbox, and maybe a mail quota in MB. */
  async newUser(name: string, more: SoapParams = {}, mailQuotaMb?: number): Promise<MailUser> {
    const id = await this.world.newUser(name, { passwordMech: 'SHA-512', ...more });
    if (mailQuotaMb !== undefined) await this.world.setMailQuota(id, mailQuotaMb);
    return { id, name, address: `${name}@example.org`, password: `pw-${name}` };
  }

  /** What the quota REST says about a user. */
  async quotaState(id: number): Promise<QuotaAnswer> {
    const { login, password } = this.world.reseller;
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    const url = `${this.world.url}/quota/v1/contexts/${this.world.contextId}/users/${id}`;
    const response = await fetch(url, { headers: { authorization } });
    if (response.status !== 200) throw new Error(`the quota REST answered ${response.status}`);
    return (await response.json()) as QuotaAnswer;
  }

  /** Calls the quota REST about a user's files, as a file service. */
  async files(method: string, { id }: MailUser, path: string, body?: object): Promise<FileAnswer> {
    const url = `${this.world.url}/quota/v1/contexts/${this.world.contextId}/users/${id}/${path}`;
    const headers = { authorization: `Bearer ${fileServiceToken}` };
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, answer };
  }

  /** Stores a file of a user in the way of a file service. */
  async storeFile(user: MailUser, bytes: number): Promise<void> {
    const reserved = await this.files('POST', user, 'reservations', { bytes, key: randomUUID() });
    if (reserved.status !== 201) throw new Error(`reserving was answered ${reserved.status}`);
    const path = `reservations/${String(reserved.answer['id'])}/commit`;
    const committed = await this.files('POST', user, path, { bytes });
    if (committed.status !== 200) throw new Error(`committing was answered ${committed.status}`);
  }

  /** What getQuotaUsagePerUser says about a user's mail. */
  async mailUsage(id: number): Promise<{ kib: number; messages: number }> {
    const asked = { ctxid: this.world.contextId, usrid: id };
    const usage = scalars(returnedOne(await this.world.oxaas('getQuotaUsagePerUser', asked)));
    return { kib: Number(usage['storage']), messages: Number(usage['count']) };
  }

  /** Runs a statement in the database of both; answers rows, or how many were changed. */
  async sql(statement: string, ...values: (string | number)[]): Promise<unknown[] | number> {
    const { databaseUrl } = this.dovecot;
    if (databaseUrl.startsWith('sqlite:'))
      return onSqlite(databaseUrl.slice('sqlite:'.length), statement, values);
    const connection = await createConnection(databaseUrl);
    try {
      const [answer] = await connection.execute(statement, values);
      return Array.isArray(answer) ? answer : (answer as ResultSetHeader).affectedRows;
    } finally {
      await connection.end();
    }
  }
}

export interface MailUser {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly password: string;
}

export interface FileAnswer {
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

export interface QuotaAnswer {
  readonly mode: 'unified' | 'default';
  readonly limitBytes: number | null;
  readonly limits: { readonly mailBytes: number | null; readonly fileBytes: number | null };
  readonly usage: {
    readonly mailBytes: number;
    readonly fileBytes: number | null;
    readonly totalBytes: number;
  };
  readonly remainingBytes: number | null;
}

function onSqlite(file: string, statement: string, values: (string | number)[]): unknown[] | number {
  const database = new Database(file);
  try {
    database.pragma('busy_timeout = 5000');
    const prepared = database.prepare(statement);
    return prepared.reader ? prepared.all(...values) : prepared.run(...values).changes;
  } finally {
    database.close();
  }
}

/** A suite over both generations of Dovecot and both databases. */
export function describeMail(title: string, tests: (mail: () => MailWorld) => void): void {
  for (const version of dovecotVersions) {
    for (const database of ['SQLite', 'MariaDB'] as const) {
      describe(`e2e: ${title}: Dovecot ${version.name} on ${database}`, function () {
        this.timeout(120_000);
        let mail: MailWorld | undefined;

        before(async function () {
          requirePart(this, version.part, version.isInstalled());
          requirePart(this, database, databaseIsInstalled(database));
          mail = await MailWorld.start(version, database);
        });
        after(() => mail?.stop());

        tests(() => {
          if (mail === undefined) throw new Error('not started');
          return mail;
        });
      });
    }
  }
}

/** Repeats until it answers true. @throws Error when it does not in time */
export async function eventually(
  what: string,
  check: () => Promise<boolean>,
  timeoutMs = 5_000,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
