import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { authorizeProvider, type Credentials, type Provider } from '../../provisioning/authorization.js';
import type { ProvisioningDeps } from '../../provisioning/deps.js';
import { ProvisioningError } from '../../provisioning/errors.js';
import { masterPasswordSetting } from '../../provisioning/master-password.js';

/** The name of the cookie. */
export const sessionCookie = 'oxbow_console';
/** How long a login lasts, in milliseconds. */
export const sessionLifetimeMs = 8 * 3_600_000;

/** Somebody who has logged in, and what the provisioning rules need to know him by. */
export interface ConsoleCaller {
  readonly provider: Provider;
  readonly login: string;
  /** Whatever these are used for is done with the rights of the caller, and of nobody else. */
  readonly deps: ProvisioningDeps;
  readonly credentials: Credentials;
  /** Stands in every form; one for each login. */
  readonly formToken: string;
}

const keySetting = 'consoleKey';
const contents = z.object({
  id: z.string(),
  login: z.string(),
  /** Stands for the stored hash of the password that was right: with another password the session ends. */
  bound: z.string(),
  endsAtMs: z.number(),
});
type Contents = z.output<typeof contents>;

/**
 * Logins to the console. All about a session is in its signed cookie, so that any process on the database knows it; the key is in the
 * database and made once. No password is in it, nor anything that could be tried against one.
 */
export class ConsoleSessions {
  constructor(
    private readonly deps: ProvisioningDeps,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The value of the cookie for whoever gives a right password.
   * @throws ProvisioningError InvalidCredentials
   */
  async open(credentials: Credentials): Promise<string> {
    const provider = await authorizeProvider(this.deps, credentials);
    const key = (await this.readKey()) ?? (await this.makeKey());
    const login = provider.kind === 'master' ? this.deps.settings.masterLogin : provider.reseller.name;
    const hash =
      provider.kind === 'master'
        ? await this.deps.store.settings.get(masterPasswordSetting)
        : provider.reseller.passwordHash;
    return seal(key, {
      id: randomBytes(16).toString('base64url'),
      login,
      bound: bind(key, hash ?? ''),
      endsAtMs: this.now() + sessionLifetimeMs,
    });
  }

  /** Whose cookie it is; null: nobody's, or not any more. */
  async read(cookie: string): Promise<ConsoleCaller | null> {
    const key = await this.readKey();
    const session = key === null ? null : unseal(key, cookie);
    if (key === null || session === null || session.endsAtMs <= this.now()) return null;
    const deps = boundDeps(this.deps, key, session);
    const credentials = { login: session.login, password: '' };
    try {
      const provider = await authorizeProvider(deps, credentials);
      const formToken = mac(key, 'form', session.id);
      return { provider, login: session.login, deps, credentials, formToken };
    } catch (error) {
      if (error instanceof ProvisioningError && error.kind === 'InvalidCredentials') return null;
      throw error;
    }
  }

  private readKey(): Promise<string | null> {
    return this.deps.store.settings.get(keySetting);
  }

  private makeKey(): Promise<string> {
    const made = randomBytes(32).toString('base64url');
    return this.deps.store.transaction(async ({ settings }) => {
      const present = await settings.get(keySetting);
      if (present === null) await settings.set(keySetting, made);
      return present ?? made;
    });
  }
}

/** A password counts as right where the stored hash is that of the login the session began with: a provider's, never that of a user. */
function boundDeps(deps: ProvisioningDeps, key: string, { bound }: Contents): ProvisioningDeps {
  return {
    ...deps,
    credentials: {
      verify: (_credentials, storedHash, contextId) =>
        Promise.resolve(contextId === null && storedHash !== null && isSame(bind(key, storedHash), bound)),
    },
  };
}

function bind(key: string, passwordHash: string): string {
  return mac(key, 'password', passwordHash);
}

function mac(key: string, purpose: string, text: string): string {
  return createHmac('sha256', key).update(`${purpose}\0${text}`).digest('base64url');
}

function seal(key: string, session: Contents): string {
  const payload = Buffer.from(JSON.stringify(session)).toString('base64url');
  return `${payload}.${mac(key, 'session', payload)}`;
}

function unseal(key: string, cookie: string): Contents | null {
  const [payload = '', signature = '', ...more] = cookie.split('.');
  if (more.length > 0 || !isSame(mac(key, 'session', payload), signature)) return null;
  return contents.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
