import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { FakeStalwartJmap } from '../../support/mail/fake-stalwart-jmap.js';
import { FakeStalwartRest } from '../../support/mail/fake-stalwart-rest.js';
import { fakeToken } from '../../support/mail/fake-stalwart.js';

interface Step {
  readonly note: string;
  readonly as?: string;
  readonly request?: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly call?: readonly [string, unknown];
  readonly answer?: unknown;
}

// Recorded from 0.15.5 and 0.16.16. Steps about mail itself, tenants, lists and server-wide values are not what these calls are about.
const recorded = (version: string): Step[] =>
  JSON.parse(
    readFileSync(new URL(`../../support/mail/stalwart-recorded/${version}.json`, import.meta.url), 'utf8'),
  ) as Step[];

const notPlayed = {
  '0.15': /filter=|types=|"GET","path":"\/api\/principal\/context-2/,
  '0.16':
    /Tenant|MailingList|catchAll|x:Email|x:Nosuch|x:Task|"nosuch"|"filter":\{"domainId"|\["<Account:sales>"\]\}\]|"team"|<Domain:one.test>"\]/,
};
const countedElsewhere = [
  'usedQuota',
  'usedDiskQuota',
  'credentialId',
  'createdAt',
  'accountId',
  'queryState',
];

async function send(url: string, { as }: Step, method: string, path: string, body: unknown) {
  const authorization =
    as === 'key' ? `Bearer ${fakeToken}` : as === 'nobody' ? 'Bearer x' : `Basic ${btoa(`${as}:x`)}`;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Without what depends on time and on mail, and with lists that stand for sets in one order. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !countedElsewhere.includes(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, plain(member)]));
}

describe('wire: the stand-ins answer as a real Stalwart did', () => {
  it('0.15: principals, passwords, second factors, addresses', async () => {
    const fake = await new FakeStalwartRest([]).start();
    try {
      let played = 0;
      const differences: string[] = [];
      for (const step of recorded('0.15')) {
        if (step.request === undefined || notPlayed['0.15'].test(JSON.stringify(step))) continue;
        played += 1;
        const { method, path, body } = step.request;
        const { type: _type, ...wanted } = step.answer as { type: string; status: number; body: unknown };
        const got = await send(fake.url, step, method, path, body);
        // What was counted anew is what mail had been there.
        if (
          path.startsWith('/api/store/quota/') &&
          typeof (wanted.body as { data: unknown }).data === 'number'
        )
          continue;
        if (!isDeepStrictEqual(plain(got), plain(wanted)))
          differences.push(JSON.stringify({ note: step.note, got, wanted }));
      }
      expect(differences).to.deep.equal([]);
      expect(played).to.be.greaterThan(50);
    } finally {
      await fake.stop();
    }
  });

  it('0.16: accounts, credentials, permissions, aliases', async () => {
    const fake = await new FakeStalwartJmap([]).start();
    const ids = new Map<string, string>();
    const filled = (text: string) =>
      text.replaceAll(/<(?:Account|Domain|Tenant):[^>]*>/g, (place) => ids.get(place) ?? place);
    try {
      let played = 0;
      const differences: string[] = [];
      for (const step of recorded('0.16')) {
        const text = JSON.stringify(step);
        if (step.call === undefined || notPlayed['0.16'].test(JSON.stringify(step.call))) continue;
        played += 1;
        const call: unknown = JSON.parse(filled(JSON.stringify(step.call)));
        const [name, args] = call as [string, object];
        const body = { using: [], methodCalls: [[name, args, 'c']] };
        const { body: answered } = await send(fake.url, step, 'POST', '/jmap/', body);
        const [got] = (
          answered as { methodResponses: [string, { created?: Record<string, { id: string }> }][] }
        ).methodResponses;
        const [, made] = /"created":\{"\w+":\{"id":"(<[^"]*>)"/.exec(text) ?? [];
        const id = Object.values(got?.[1].created ?? {})[0]?.id;
        if (made !== undefined && id !== undefined) ids.set(made, id);
        const wanted: unknown = JSON.parse(filled(JSON.stringify(step.answer)));
        if (name === 'x:AppPassword/set') continue;
        if (!isDeepStrictEqual(plain(got), plain(wanted)))
          differences.push(JSON.stringify({ note: step.note, got, wanted }));
      }
      expect(differences).to.deep.equal([]);
      expect(played).to.be.greaterThan(50);
    } finally {
      await fake.stop();
    }
  });
});
