import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { authorizeProvider, type Provider } from '../../../provisioning/access/authorization.js';
import { masterPasswordSetting } from '../../../provisioning/access/credential-verifier.js';
import { ProvisioningError } from '../../../provisioning/errors/errors.js';
import type { Installation } from '../../../provisioning/installation/installation.js';
import type { Credentials } from '../../../provisioning/model/credentials.js';
import type { ConsoleSession } from '../../../provisioning/repositories/console-session-repository.js';

/** The name of the cookie. */
export const sessionCookie = 'oxbow_console';
/** Lifetime of a session, in milliseconds. */
export const sessionLifetimeMs = 8 * 3_600_000;

/** Somebody who has logged in, and what the provisioning rules need to know him by. */
export interface ConsoleCaller {
  readonly provider: Provider;
  readonly login: string;
  /** Calls through these have the caller's rights and no others. */
  readonly installation: Installation;
  readonly credentials: Credentials;
  /** Stands in every form; one for each login. */
  readonly formToken: string;
}

/** Length of a SHA-256, so that ids cannot be guessed. */
const idBytes = 32;

/**
 * Sessions of the console, as rows shared by all processes on the database. The browser has a random id
 * and the row its hash. So a copy of the database holds no usable session.
 */
export class ConsoleSessions {
  constructor(
    private readonly installation: Installation,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The value of the cookie for whoever gives a right password.
   * @throws ProvisioningError InvalidCredentials
   */
  async open(credentials: Credentials): Promise<string> {
    const { store, settings } = this.installation;
    const provider = await authorizeProvider(this.installation, credentials);
    const login = provider.kind === 'master' ? settings.masterLogin : provider.reseller.name;
    const hash =
      provider.kind === 'master'
        ? await store.read.settings.get(masterPasswordSetting)
        : provider.reseller.passwordHash;
    const id = randomBytes(idBytes).toString('base64url');
    const passwordMark = mac(id, 'password', hash ?? '');
    const nowMs = this.now();
    const session = { idHash: hashOf(id), login, passwordMark, expiresMs: nowMs + sessionLifetimeMs };
    await store.transaction(({ consoleSessions }) => consoleSessions.insert(session, nowMs));
    return id;
  }

  /** Owner of a cookie; null when the session is unknown or expired. */
  async read(id: string): Promise<ConsoleCaller | null> {
    const session = await this.installation.store.read.consoleSessions.find(hashOf(id));
    if (session === null || session.expiresMs <= this.now()) return null;
    const { login } = session;
    const installation = boundDeps(this.installation, id, session);
    const credentials = { login, password: '' };
    try {
      const provider = await authorizeProvider(installation, credentials);
      return { provider, login, installation, credentials, formToken: mac(id, 'form', '') };
    } catch (error) {
      if (!(error instanceof ProvisioningError && error.kind === 'InvalidCredentials')) throw error;
      // A password that comes back later brings back no session.
      await this.close(id);
      return null;
    }
  }

  /** Ends a session for whoever has its id. */
  async close(id: string): Promise<void> {
    await this.installation.store.transaction(({ consoleSessions }) => consoleSessions.delete(hashOf(id)));
  }
}

/** Accepts a password only against the hash of the session's own login: a provider's, never a user's. */
function boundDeps(
  installation: Installation,
  id: string,
  { passwordMark }: Pick<ConsoleSession, 'passwordMark'>,
): Installation {
  return {
    ...installation,
    credentials: {
      verify: (_credentials, storedHash, contextId) =>
        Promise.resolve(
          contextId === null && storedHash !== null && isSame(mac(id, 'password', storedHash), passwordMark),
        ),
    },
  };
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

function mac(id: string, purpose: string, text: string): string {
  return createHmac('sha256', id).update(`${purpose}\0${text}`).digest('base64url');
}

/** Comparison in constant time, so that timing does not reveal the position of a difference. */
export function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
