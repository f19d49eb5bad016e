import { expect } from 'chai';
import { ConsoleClient } from '../support/console/console-client.js';
import { differences } from '../support/database/dump-database.js';
import { mountedRoutes, type MountedRoute } from '../support/rest/mounted-routes.js';
import { sampleOf } from '../support/sample.js';
import { sendText, type TextAnswer } from '../support/wire/send-text.js';
import type { Login } from '../wire/fixtures.js';
import { inParallel } from './in-parallel.js';
import { withoutSent } from './isolation-echo.js';
import { marker, people, startIsolationWorld, type IsolationWorld, type Things } from './isolation-world.js';

/** What is served to everybody, and SOAP, which has a suite of its own. */
const open =
  /^\/(openapi(\.json|\/(style\.css|script\.js))?|health\/(live|ready)|metrics|console\/(login|(style|live|icon)-\w+\.\w+)|(webservices|servlet\/axis2\/services)(\/:service|\/_assets\/service-page\.js)?)?$/;

/** What a parameter in a path stands for. A new one has to be added here, else the suite fails. */
const parameters: Readonly<Record<string, (things: Things) => string>> = {
  contextId: ({ context }) => String(context.id),
  context: ({ context }) => String(context.id),
  userId: ({ user }) => String(user.id),
  alias: ({ address }) => address.name,
  module: () => 'calendar',
  domain: ({ domain }) => domain.name,
  mailDomain: ({ domain }) => domain.name,
  announcementId: ({ announcement }) => String(announcement.id),
  reservationId: ({ reservation }) => reservation.name,
  resellerId: ({ reseller }) => String(reseller.id),
  groupId: ({ group }) => String(group.id),
};

const person = (name: string) => ({
  name,
  password: 'pw-guest',
  passwordMech: 'SHA-512',
  displayName: name,
  givenName: 'A',
  surName: 'Guest',
  primaryEmail: `${name}@guests.example`,
});

/** Bodies that would do if only the caller might; by the end of the path. */
const bodies: readonly (readonly [RegExp, unknown])[] = [
  [/^\/provisioning\/v1\/resellers$/, { name: 'guest', displayName: 'Guest', password: 'pw-guest' }],
  [/^\/provisioning\/v1\/contexts$/, { name: 'guests', maxQuotaMb: 1, admin: person('guestadmin') }],
  [/^\/provisioning\/v1\/.*\/users$/, person('guest')],
  [/^\/provisioning\/v1\/.*\/groups$/, { name: 'guests', displayName: 'Guests' }],
  [/^\/provisioning\/v1\/.*\/quota$/, { maxQuotaMb: 5, mailQuotaMb: 5, unified: true }],
  [/^\/provisioning\/v1\/contexts\/:contextId$/, { maxQuotaMb: 999 }],
  [/^\/provisioning\/v1\/.*Id$/, { displayName: 'Changed' }],
  [/objects\/:module\/reservations$/, { count: 1, key: 'k' }],
  [/objects\/:module\/reservations\/:reservationId\/commit$/, { count: 1 }],
  [/objects\/:module\/deletions$/, { count: 1, key: 'k' }],
  [/objects\/:module\/usage$/, { count: 1, generation: null }],
  [/reservations$/, { bytes: 1, key: 'k' }],
  [/commit$/, { bytes: 1 }],
  [/deletions$/, { bytes: 1, key: 'k' }],
  [/usage$/, { bytes: 1, files: 1, generation: null }],
  [/mail-objects$/, [{ kind: 'email', limit: 5 }]],
  [/tenant$/, { limitMb: 5 }],
  [/spamlevel$/, { spamlevel: 'low' }],
  [/classofservice$/, ['cloud_pim']],
  [/(custom|msisdn|oxdeliverystatus|oxlegacyref|oxantiphishing|uidname)$/, undefined],
  [/forwards\//, ['to@far.example']],
  [/mail-domains\/:mailDomain$/, {}],
  [/mail-domains\/:mailDomain\/owner$/, { contextId: null, resellerId: null }],
  [/announcements$/, { text: 'x' }],
  // Forms, see askConsole.
  [/^\/console\//, null],
  [/announcements\/(enable|disable)\/:announcementId$|sharedmaildomains\/:domain$/, null],
];

/** What every reseller may do in its own name, and what it may know of the whole platform (docs/behaviour.md, OXaaSService). */
const providers =
  /^(GET \/console\/(resellers|contexts|users|domains|requests|changes)?|POST \/console\/logout)$|^(GET|POST) .*\/admin\/announcements$|^GET \/provisioning\/v1\/(resellers|contexts|mail-domains)$|^PUT \/provisioning\/v1\/mail-domains\/:mailDomain$|^POST \/console\/domains\/|^POST \/provisioning\/v1\/contexts$|\/admin\/sharedmaildomains\/:domain$|^GET .*\/admin\/announcements\/:announcementId$|^GET \/audit\/v1\/entries$/;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: readonly (readonly [string, string])[];
}

describe('security: isolation, every REST call', function () {
  this.timeout(180_000);
  let platform: IsolationWorld;
  let routes: readonly MountedRoute[];
  before(async () => {
    platform = await startIsolationWorld();
    // The first login makes the key of the cookies.
    await ConsoleClient.loggedIn(platform.world.url, platform.world.master);
    const all = await mountedRoutes(platform.world.url);
    routes = all.filter(({ path }) => !open.test(path));
  });
  after(() => platform.world.stop());

  const ask = async (
    route: MountedRoute,
    things: Things,
    by: 'id' | 'name',
    as: Login | null,
  ): Promise<Answer> => {
    if (route.path.startsWith('/console/'))
      return askConsole(route, addressOf(route, things, by), things, as);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (as !== null)
      headers['authorization'] = `Basic ${Buffer.from(`${as.login}:${as.password}`).toString('base64')}`;
    const body = bodyFor(route);
    const init = { method: route.method, headers, ...(body === undefined ? {} : { body }) };
    return read(await sendText(`${platform.world.url}${addressOf(route, things, by)}`, init));
  };

  /** In the console one logs in first; whoever is refused there has no cookie, and no token for forms. */
  const sessions = new Map<Login | null, Promise<ConsoleClient>>();
  const sessionOf = (as: Login | null): Promise<ConsoleClient> => {
    const session = sessions.get(as) ?? logInto(platform.world.url, as);
    sessions.set(as, session);
    return session;
  };
  const askConsole = async (
    route: MountedRoute,
    path: string,
    { context, domain }: Things,
    as: Login | null,
  ): Promise<Answer> => {
    const { url } = platform.world;
    const { cookie, token } = await sessionOf(as);
    const domains = { domain: domain.name, newDomain: domain.name, newContext: String(context.id) };
    const fields = { token, both: '5', files: '5', mail: '5', value: 'inherit', login: 'nobody', ...domains };
    const form = route.method === 'POST' ? { body: new URLSearchParams(fields) } : {};
    // Follows redirects, whose pages tell nothing either.
    const answer = await fetch(`${url}${path}`, { method: route.method, headers: { cookie }, ...form });
    const { status, headers } = answer;
    const { text, ...rest } = read({ status, headers, text: await answer.text() });
    return { ...rest, text: token === '' ? text : text.replaceAll(token, '') };
  };

  it('the routes are found, and known to this suite', () => {
    expect(routes.length).to.be.greaterThan(90);
    for (const route of routes) {
      addressOf(route, platform.existing, 'id');
      bodyFor(route);
    }
  });

  it('to the master admin every call on what is there is answered', async () => {
    const found: string[] = [];
    const order = [...routes].sort((a, b) => rank(a) - rank(b));
    for (const route of order) {
      const { status, text } = await ask(route, platform.existingBelow, 'id', platform.world.master);
      // What the calls before have used up, or a storage that is no user's, is no matter of rights.
      if (![200, 201, 204, 404, 409].includes(status)) found.push(`${nameOf(route)}: ${status} ${text}`);
    }
    expect(found.join('\n')).to.equal('');
  });

  const wrong = 'not-the-password';
  const strangers: readonly (readonly [string, Login | null, readonly number[]])[] = [
    ['no credentials', null, [401]],
    ['an unknown login', { login: 'nobody', password: wrong }, [401]],
    ['the master, wrong password', { login: 'oxadminmaster', password: wrong }, [401]],
    ['the owner, wrong password', { ...people.owner, password: wrong }, [401]],
    ['the context admin, wrong password', { ...people.contextAdmin, password: wrong }, [401]],
    ['a user, wrong password', { ...people.user, password: wrong }, [401]],
    ['another reseller', people.otherReseller, [401, 403, 404]],
    ['a child of the owner', people.child, [401, 403, 404]],
    ['a context admin elsewhere', people.otherContextAdmin, [401]],
    ['a user elsewhere', people.userElsewhere, [401]],
    ['a user of the context', people.user, [401, 403]],
  ];
  for (const [who, as, statuses] of strangers)
    it(`${who}: refused, whether the thing is there or not`, async () => {
      await sessionOf(as);
      const before = platform.dump();
      const isThere = /^(a|the) (user|context admin|owner).*(of the context|wrong password)$/.test(who);
      const isReseller = who === 'another reseller' || who === 'a child of the owner';
      const asked = routes.filter((route) => !isReseller || !providers.test(nameOf(route)));
      const found: string[] = [];
      const { context, ...inside } = platform.absent;
      const ghosts = [
        { ...platform.existing, ...inside },
        { ...platform.existing, context },
      ];
      const sample = sampleOf(asked, (route) => `${who} ${nameOf(route)}`);
      await inParallel(sample, async (route) => {
        for (const by of bysOf(route)) {
          const real = await ask(route, platform.existing, by, as);
          const told = bare(real, as, platform.existing);
          if (!statuses.includes(real.status))
            found.push(`${nameOf(route)} by ${by}: ${real.status} ${real.text}`);
          if (marker.test(told)) found.push(`${nameOf(route)} by ${by} tells ${told}`);
          // Whoever claims a login of the context is told apart there from where it is none. Source: docs/contract/authentication.md#3.
          for (const ghost of isThere ? ghosts.slice(0, 1) : ghosts) {
            const other = bare(await ask(route, ghost, by, as), as, platform.existing, platform.absent);
            if (other !== told) found.push(`${nameOf(route)} by ${by} differs\n    ${told}\n    ${other}`);
          }
        }
      });
      if (found.length > 0) expect.fail(`\n${found.join('\n')}`);
      expect(differences(before, platform.dump()).join('\n')).to.equal('');
    });
});

function read({ status, headers, text }: TextAnswer): Answer {
  const varying = ['date', 'x-request-id', 'content-length', 'etag'];
  const requestId = headers.get('x-request-id') ?? '';
  return {
    status,
    text: text.replace(requestId, 'the id of the request'),
    headers: [...headers].filter(([name]) => !varying.includes(name)),
  };
}

async function logInto(url: string, as: Login | null): Promise<ConsoleClient> {
  const client = new ConsoleClient(url);
  if (as !== null && (await client.logIn(as)).status === 303) await client.get('/');
  return client;
}

function bysOf({ path }: MountedRoute): readonly ('id' | 'name')[] {
  return /:context(\/|$)/.test(path) || path.endsWith('/sessions') ? ['id', 'name'] : ['id'];
}

function nameOf({ method, path }: MountedRoute): string {
  return `${method} ${path}`;
}

/** Deletions last, those of the most last of all, but for the domain, whose addresses must be gone, and the log-out. */
function rank({ method, path }: MountedRoute): number {
  if (path.endsWith('/logout')) return 1002;
  if (method === 'DELETE' && path.endsWith('/:mailDomain')) return 1001;
  return method === 'DELETE' ? 1000 - path.length : 0;
}

function addressOf({ path }: MountedRoute, things: Things, by: 'id' | 'name'): string {
  const context = by === 'name' ? things.context.name : String(things.context.id);
  if (path.endsWith('/admin/sessions'))
    return `${path}?${by === 'name' ? 'contextName' : 'contextId'}=${context}&userName=${things.user.name}`;
  return path.replaceAll(/[{}]/g, '').replaceAll(/:(\w+)/g, (_match, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${path}: the suite does not know :${name}`);
    return encodeURIComponent(name === 'context' ? context : value(things));
  });
}

function bodyFor({ method, path }: MountedRoute): string | undefined {
  if (!['POST', 'PUT', 'PATCH'].includes(method)) return undefined;
  const bare = path.replaceAll(/[{}]/g, '');
  const found = bodies.find(([ending]) => ending.test(bare));
  if (found === undefined) throw new Error(`${method} ${path}: the suite knows no body`);
  const [, body] = found;
  if (body === null) return undefined;
  return JSON.stringify(body ?? { [bare.slice(bare.lastIndexOf('/') + 1)]: 'x' });
}

function bare({ status, headers, text }: Answer, as: Login | null, ...sent: Things[]): string {
  return JSON.stringify([status, headers, withoutSent(text, sent, as?.login ?? null)]);
}
