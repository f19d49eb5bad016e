import { expect } from 'chai';
import { differences } from '../support/database/dump-database.js';
import { sampleOf } from '../support/sample.js';
import { contract } from '../support/wire/contract-snapshot.js';
import type { Credentials, SoapAnswer } from '../support/wire/raw-soap.js';
import { inParallel } from './in-parallel.js';
import { withoutSent } from './isolation-echo.js';
import { comparisonsOf, type Comparison, type Request } from './isolation-requests.js';
import {
  isAnsweredFalse,
  isToldOfContext,
  mayCall,
  principals,
  refusalOf,
  type Principal,
  type Refusal,
} from './isolation-rights.js';
import { marker, people, startIsolationWorld, type IsolationWorld, type Things } from './isolation-world.js';

const services = Object.entries(contract.services);
const exceptionIds = /(; exceptionId -?\d+-\d+)+$/;

describe('security: isolation, every operation of every service', function () {
  this.timeout(180_000);
  let platform: IsolationWorld;
  let credentials: Readonly<Record<Principal, Credentials | undefined>>;
  before(async () => {
    platform = await startIsolationWorld();
    const wrong = 'not-the-password';
    credentials = {
      'no credentials': undefined,
      'unknown login': { login: 'nobody', password: wrong },
      'master, wrong password': { ...platform.world.master, password: wrong },
      'owner, wrong password': { ...people.owner, password: wrong },
      'context admin, wrong password': { ...people.contextAdmin, password: wrong },
      'user, wrong password': { ...people.user, password: wrong },
      'other reseller': people.otherReseller,
      'child of the owner': people.child,
      'context admin elsewhere': people.otherContextAdmin,
      'user elsewhere': people.userElsewhere,
      'user of the context': people.user,
      'context admin': people.contextAdmin,
    };
  });
  after(() => platform.world.stop());

  const call = ({ service, operation, params }: Request, as: Credentials | undefined) =>
    platform.world.soap.call(service, operation, params, as);

  for (const [service, { operations }] of services) {
    describe(service, () => {
      for (const who of principals) {
        it(`${who}: refused as documented, whether the thing is there or not`, async () => {
          const things = thingsFor(who, platform);
          const refused = Object.keys(operations)
            .filter((operation) => !mayCall(who, service, operation))
            .flatMap((operation) => comparisonsOf(service, operation, things));
          const comparisons = sampleOf(refused, ({ real: { operation, by } }) =>
            [who, service, operation, by].join(' '),
          );
          const before = platform.dump();
          const found = await inParallel(comparisons, async (comparison) =>
            complaintsAbout(comparison, who, credentials[who]?.login ?? null, things, (request) =>
              call(request, credentials[who]),
            ),
          );
          expectNone(found.flat());
          expectNone(differences(before, platform.dump()));
        });
      }
    });
  }
});

/** To a child everything of its parent is somebody else's, its parent's record included. */
function thingsFor(
  who: Principal,
  { existing, absent }: IsolationWorld,
): { existing: Things; absent: Things } {
  if (who !== 'child of the owner') return { existing, absent };
  const reseller = { id: existing.reseller.id - 1, name: people.owner.login };
  return {
    existing: { ...existing, reseller },
    absent: { ...absent, reseller: { id: 9, name: 'zqrival9' } },
  };
}

async function complaintsAbout(
  { real, ghosts }: Comparison,
  who: Principal,
  login: string | null,
  { existing, absent }: { existing: Things; absent: Things },
  ask: (request: Request) => Promise<SoapAnswer>,
): Promise<string[]> {
  const name = `${real.operation} by ${real.by}`;
  const answer = await ask(real);
  const told = bare(answer, login, existing);
  const found = isAnsweredFalse(who, real) ? [] : complaintsAboutFault(answer, refusalOf(who, real));
  if (marker.test(told)) found.push(`tells ${told}`);
  for (const ghost of ghosts) {
    if (ghost.missing.includes('context') && isToldOfContext(who, ghost)) continue;
    const other = bare(await ask(ghost), login, absent, existing);
    if (other !== told) found.push(`without ${ghost.missing.join()} differs\n    ${told}\n    ${other}`);
  }
  return found.map((complaint) => `${name}: ${complaint}`);
}

function complaintsAboutFault({ fault, xml }: SoapAnswer, expected: Refusal): string[] {
  if (fault === undefined) return [`no fault: ${xml}`];
  const text = fault.text.replace(exceptionIds, '');
  if (fault.exception === expected.exception && expected.text.test(text)) return [];
  return [`${fault.exception}: ${text}; expected ${expected.exception}: ${String(expected.text)}`];
}

/** What an answer says beside its id, its date and what the request said itself. */
function bare(answer: SoapAnswer, login: string | null, ...sent: Things[]): string {
  const varying = ['date', 'x-request-id', 'content-length'];
  const headers = [...answer.headers].filter(([name]) => !varying.includes(name));
  const body = withoutSent(answer.xml.replaceAll(/; exceptionId -?\d+-\d+/g, ''), sent, login);
  return JSON.stringify([answer.status, headers, body]);
}
function expectNone(complaints: readonly string[]): void {
  if (complaints.length > 0) expect.fail(`\n${complaints.join('\n')}`);
}
