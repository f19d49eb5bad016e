import { expect } from 'chai';
import type { OpenApiDocument } from '../../../src/http/rest/openapi/openapi-document.js';
import { callRest } from '../../support/rest/rest-client.js';
import { sampleOf } from '../../support/sample.js';
import { bodyMembers, placeOf, withMember, type BodyMember } from '../../support/wire/body-members.js';
import { envelope, operationXml, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { idOf, World } from '../fixtures.js';

/** What a side changes, so that neither meets what the other has set. */
interface Objects {
  readonly resellerId: number;
  readonly contextId: number;
  readonly userId: number;
  readonly groupId: number;
  /** The address of the user. */
  readonly own: string;
}

/** How SOAP says what a member of REST says. */
interface Twin {
  readonly service: string;
  readonly operation: string;
  /** The message; the value stands at its place. */
  readonly params: (value: string, on: Objects) => SoapParams;
  /** What REST has to say beside it. */
  readonly beside?: (value: string, on: Objects) => object;
  /** Values that are among the few that both know. */
  readonly samples?: readonly string[];
}

const userTwin = (fields: (value: string) => SoapParams): Twin => ({
  service: 'OXResellerUserService',
  operation: 'change',
  params: (value, { contextId, userId: id }) => ({
    ctx: { id: contextId },
    usrdata: { id, ...fields(value) },
  }),
});
const contextTwin = (fields: (value: string) => SoapParams): Twin => ({
  service: 'OXResellerContextService',
  operation: 'change',
  params: (value, { contextId: id }) => ({ ctx: { id, ...fields(value) } }),
});
const resellerTwin = (fields: (value: string) => SoapParams): Twin => ({
  service: 'OXResellerService',
  operation: 'change',
  params: (value, { resellerId: id }) => ({ adm: { id, ...fields(value) } }),
});
const groupTwin = (fields: (value: string) => SoapParams): Twin => ({
  service: 'OXResellerGroupService',
  operation: 'change',
  params: (value, { contextId, groupId: id }) => ({ ctx: { id: contextId }, grp: { id, ...fields(value) } }),
});
/** Addresses hang together, and have the same names on both sides. */
const addressTwin = (
  fields: (value: string, own: string) => Readonly<Record<string, string | string[]>>,
): Twin => ({
  service: 'OXResellerUserService',
  operation: 'change',
  params: (value, { contextId, userId: id, own }) => ({
    ctx: { id: contextId },
    usrdata: { id, ...fields(value, own) },
  }),
  beside: (value, { own }) => fields(value, own),
});
const mechanisms = ['{SHA}', '{SHA-512}', 'bcrypt', 'md5'];
const withPassword = { samples: mechanisms, beside: () => ({ password: 'pw' }) };
const attributes = (map: SoapParams): SoapParams => ({ userAttributes: map });

function addresses(primaryEmail: string, defaultSenderAddress: string, aliases: string[]) {
  return { primaryEmail, email1: primaryEmail, defaultSenderAddress, aliases };
}

/** The members of what changes something, and their twins. */
const twins: Readonly<Record<string, Twin>> = {
  'changeUser /name': userTwin((name) => ({ name })),
  'changeUser /password': userTwin((password) => ({ password })),
  'changeUser /passwordMech': {
    ...userTwin((passwordMech) => ({ passwordMech, password: 'pw' })),
    ...withPassword,
  },
  'changeUser /displayName': userTwin((text) => ({ display_name: text })),
  'changeUser /givenName': userTwin((text) => ({ given_name: text })),
  'changeUser /surName': userTwin((text) => ({ sur_name: text })),
  'changeUser /primaryEmail': addressTwin((one) => addresses(one, one, [one])),
  'changeUser /email1': addressTwin((one) => addresses(one, one, [one])),
  'changeUser /defaultSenderAddress': addressTwin((one, own) => addresses(own, one, [own, one])),
  'changeUser /aliases/*': addressTwin((one, own) => addresses(own, own, [one, own])),
  'changeUser /email2': userTwin((email2) => ({ email2 })),
  'changeUser /email3': userTwin((email3) => ({ email3 })),
  'changeUser /language': { ...userTwin((language) => ({ language })), samples: ['de_DE', 'de', 'fr_FR_x'] },
  'changeUser /timezone': {
    ...userTwin((timezone) => ({ timezone })),
    samples: ['Europe/Rome', 'europe/rome', 'UTC'],
  },
  'changeUser /enabled': userTwin((mailenabled) => ({ mailenabled })),
  'changeUser /maxQuotaMb': userTwin((maxQuota) => ({ maxQuota })),
  'changeUser /attributes/{name} name': userTwin((name) => attributes({ [name]: { key: 'x' } })),
  'changeUser /attributes/{name}/{name} name': userTwin((name) => attributes({ some: { [name]: 'x' } })),
  'changeUser /attributes/{name}/{name}': userTwin((text) => attributes({ some: { some: text } })),
  'changeContext /name': contextTwin((name) => ({ name })),
  'changeContext /maxQuotaMb': contextTwin((maxQuota) => ({ maxQuota })),
  'changeContext /loginMappings/*': contextTwin((mapping) => ({ loginMappings: [mapping] })),
  'changeContext /customId': contextTwin((customid) => ({ customid })),
  'changeContext /attributes/{name} name': contextTwin((name) => attributes({ [name]: { key: 'x' } })),
  'changeContext /attributes/{name}/{name} name': contextTwin((name) =>
    attributes({ some: { [name]: 'x' } }),
  ),
  'changeContext /attributes/{name}/{name}': contextTwin((text) => attributes({ some: { some: text } })),
  'changeReseller /name': resellerTwin((name) => ({ name })),
  'changeReseller /displayName': resellerTwin((displayname) => ({ displayname })),
  'changeReseller /password': resellerTwin((password) => ({ password })),
  'changeReseller /passwordMech': {
    ...resellerTwin((passwordMech) => ({ passwordMech, password: 'pw' })),
    ...withPassword,
  },
  'changeReseller /configuration/{name} name': resellerTwin((name) => ({
    configurationToAdd: { [name]: 'x' },
  })),
  'changeReseller /configuration/{name}': resellerTwin((text) => ({ configurationToAdd: { some: text } })),
  'changeGroup /name': groupTwin((name) => ({ name })),
  'changeGroup /displayName': groupTwin((displayname) => ({ displayname })),
  'changeGroup /memberIds/*': groupTwin((id) => ({ members: [id] })),
};

const choices = 'one of few names that both know; any other text is refused by both';
/** What SOAP has no calls for: file services, mail servers, and what OX Cloud has in REST only. */
const onlyRest = ['/quota/v1/', '/oxaas/v1/'];
const other = 'the same number or switch as of changeUser; SOAP takes three calls';

const ofDomains = 'SOAP has no call for mail domains but the one that shares them, without values';

/** Why a member is compared with nothing. */
const alone: Readonly<Record<string, string>> = {
  'putMailDomain /state': ofDomains,
  'putMailDomain /isShared': ofDomains,
  'putMailDomain /owner/contextId': ofDomains,
  'putMailDomain /owner/resellerId': ofDomains,
  'handOverMailDomain /contextId': ofDomains,
  'handOverMailDomain /resellerId': ofDomains,
  'changeContext /enabled': 'a call of its own in SOAP (enable, disable), without a value',
  'changeReseller /parentId': 'an id: what is no reseller is refused by both',
  'changeReseller /restrictions/*/name': choices,
  'changeReseller /restrictions/*/value': choices,
  'changeContext /restrictions/*/name': choices,
  'changeContext /restrictions/*/value': choices,
  'createContext /id': 'an id of 32 bits in both',
  'createContext /accessCombinationName': choices,
  'createUser /accessCombinationName': choices,
  'createReseller /capabilities/*': choices,
  'createReseller /taxonomies/*': 'names at creation only; test/wire/resellers/resellers.test.ts',
  'setQuota /maxQuotaMb': other,
  'setQuota /mailQuotaMb': other,
  'setQuota /unified': other,
};

/** Where REST is narrower on purpose (docs/rest.md); the other way round nothing is allowed. */
const narrower: readonly (readonly [name: RegExp, probe: RegExp, reason: string])[] = [
  [/./, /^0 characters/, 'an empty text says nothing in SOAP, or something else in each member'],
  [/ \/password$/, /^1001 characters/, 'nobody has one of more than 1000 characters'],
];

/** What is created has the members of what is changed. */
const sameAs: readonly (readonly [created: RegExp, changed: string])[] = [
  [/^createContext \/admin(?=\/)/, 'changeUser '],
  [/^createUser /, 'changeUser '],
  [/^createContext /, 'changeContext '],
  [/^createReseller /, 'changeReseller '],
  [/^createGroup /, 'changeGroup '],
];

function changedOf(name: string): string | undefined {
  const found = sameAs.find(([created]) => created.test(name));
  return found && name.replace(found[0], found[1]);
}

describe('wire: every member of REST and its twin in SOAP', function () {
  this.timeout(180_000);
  let started: World | undefined;
  let world: World;
  let document: OpenApiDocument;
  let members: ReadonlyMap<string, BodyMember>;
  let rest: Objects;
  let soap: Objects;
  before(async () => {
    world = started = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
    document = (await callRest(`${world.url}/openapi.json`, 'GET', null)).json as unknown as OpenApiDocument;
    members = new Map(
      bodyMembers(document).map((member) => [`${member.operation.operationId} ${placeOf(member)}`, member]),
    );
    [rest, soap] = [await furnish('r'), await furnish('s')];
  });
  after(() => started?.stop());

  const furnish = async (name: string): Promise<Objects> => {
    const contextId = await world.newContext(`reseller1_${name}`, {
      adminLogin: { login: 'admin', password: 'pw' },
      ctx: { maxQuota: -1 },
    });
    const group = { ctx: { id: contextId }, grp: { name, displayname: name } };
    return {
      contextId,
      resellerId: await world.newReseller({ login: `twin${name}`, password: 'pw' }),
      userId: await world.newUser(`twin${name}`, {}, contextId),
      own: `twin${name}@example.org`,
      groupId: idOf(
        returnedOne(await world.soap.call('OXResellerGroupService', 'create', group, world.master)),
      ),
    };
  };

  it('every member has a twin, or a reason to have none', () => {
    const left = [...members].filter(([name, { path }]) => {
      const isKnown = (of: string) => of in twins || of in alone;
      return (
        !isKnown(name) && !isKnown(changedOf(name) ?? '') && !onlyRest.some((root) => path.startsWith(root))
      );
    });
    expect(left.map(([name]) => name)).to.deep.equal([]);
    const gone = [...Object.keys(twins), ...Object.keys(alone)].filter((name) => !members.has(name));
    expect(gone, 'what is in the table but no longer in REST').to.deep.equal([]);
  });

  it('what is created has the forms of what is changed', () => {
    const withoutNull = (schema: BodyMember['schema']) =>
      JSON.stringify(schema).replaceAll('["string","null"]', '"string"');
    let count = 0;
    for (const [name, { schema }] of members) {
      const changed = members.get(changedOf(name) ?? '');
      if (changed === undefined) continue;
      count += 1;
      expect(withoutNull(schema), name).to.equal(withoutNull(changed.schema));
    }
    expect(count).to.be.greaterThan(40);
  });

  const viaRest = async (member: BodyMember, { beside }: Twin, value: unknown): Promise<string | null> => {
    const path = member.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
      String(rest[name as keyof Objects]),
    );
    const body = { ...(withMember({}, member, value) as object), ...beside?.(String(value), rest) };
    const answer = await callRest(`${world.url}${path}`, member.method.toUpperCase(), world.master, body);
    expect(answer.status, answer.text).to.be.lessThan(500);
    return answer.status < 300 ? null : String(answer.json['detail']);
  };
  const viaSoap = async ({ service, operation, params }: Twin, value: string): Promise<string | null> => {
    const marked = value.replaceAll(
      /[^\x20-\x7e]/gu,
      (character) => `[[${character.codePointAt(0)?.toString(16)}]]`,
    );
    const xml = operationXml(service, operation, params(marked, soap), world.master);
    const answer = await world.soap.post(service, envelope(xml.replaceAll(/\[\[(\w+)\]\]/g, '&#x$1;')));
    return answer.fault?.text ?? null;
  };

  for (const name of sampleOf(Object.keys(twins), (twin) => twin))
    it(`${name}: REST takes what SOAP takes`, async () => {
      const [member, twin] = [members.get(name), twins[name]];
      if (member === undefined || twin === undefined) throw new Error(`REST has no ${name}`);
      const found: string[] = [];
      let taken = 0;
      for (const { label, ofRest, ofSoap } of probes(member, twin.samples)) {
        const [refusedByRest, refusedBySoap] = [
          await viaRest(member, twin, ofRest),
          await viaSoap(twin, ofSoap),
        ];
        if (refusedByRest === null && refusedBySoap === null) taken += 1;
        const isNarrower =
          refusedByRest !== null && narrower.some(([of, probe]) => of.test(name) && probe.test(label));
        if (!isNarrower && (refusedByRest === null) !== (refusedBySoap === null))
          found.push(`${label}: REST ${refusedByRest ?? 'takes it'} / SOAP ${refusedBySoap ?? 'takes it'}`);
      }
      expect(found.join('\n')).to.equal('');
      expect(taken, 'probes that both take').to.be.greaterThan(0);
    });
});

interface Probe {
  readonly label: string;
  readonly ofRest: unknown;
  readonly ofSoap: string;
}

const characters = ['\0', '\u001f', '\ud800', '\ufffe', '\uffff', '\t', '\u0085', '😀', '\u{1fffe}'];
const numbers = [
  -2,
  -1,
  0,
  1,
  3,
  2 ** 31 - 1,
  2 ** 31,
  8_796_093_022_207,
  8_796_093_022_208,
  Number.MAX_SAFE_INTEGER,
  1.5,
];
/** The limits of either side are among them. */
const lengths = [0, 1, 64, 65, 128, 129, 255, 256, 320, 321, 512, 513, 1_001];

function probes(member: BodyMember, samples: readonly string[] = []): Probe[] {
  const type = member.kind === 'name' ? 'string' : member.schema.type;
  if (type === 'integer')
    return [
      ...numbers.map((number) => ({ label: String(number), ofRest: number, ofSoap: String(number) })),
      { label: 'a word', ofRest: 'x', ofSoap: 'x' },
    ];
  if (type === 'boolean')
    return [
      ...[true, false].map((flag) => ({ label: String(flag), ofRest: flag, ofSoap: String(flag) })),
      { label: 'a word', ofRest: 'x', ofSoap: 'x' },
    ];
  const isAddress = /mail|Address|alias/.test(placeOf(member));
  const rest = isAddress ? '@twins.example' : '';
  const both = (label: string, make: (mark: string) => string): Probe => ({
    label,
    ofRest: make('r'),
    ofSoap: make('s'),
  });
  return [
    ...samples.map((sample) => both(sample, () => sample)),
    ...lengths.map((length) =>
      both(`${length} characters`, (mark) =>
        length === 0 ? '' : `${mark}${'a'.repeat(Math.max(0, length - 1 - rest.length))}${rest}`,
      ),
    ),
    ...characters.map((character) =>
      both(JSON.stringify(character), (mark) => `${mark}a${character}b${rest}`),
    ),
  ];
}
