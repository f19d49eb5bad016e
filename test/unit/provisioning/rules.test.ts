import { expect } from 'chai';
import { checkAddresses, mailClaims } from '../../../src/provisioning/addresses/mail-addresses.js';
import {
  AccessCombinations,
  parseAccessCombinations,
} from '../../../src/provisioning/installation/access-combinations.js';
import type { Reseller } from '../../../src/provisioning/model/model.js';
import {
  flagsFromModuleAccess,
  moduleAccessFromFlags,
  moduleNames,
} from '../../../src/provisioning/model/module-access.js';
import {
  applyAttributeChanges,
  effectiveProperty,
  isTrue,
} from '../../../src/provisioning/quota/config-cascade.js';
import { mergeMailEndpoint } from '../../../src/provisioning/users/user-fields.js';

const attributes = (value?: string) =>
  new Map(value === undefined ? [] : [['config', new Map([['p', value]])]]);
const resellerWith = (configuration: Record<string, string>) =>
  ({ configuration: new Map(Object.entries(configuration)) }) as unknown as Reseller;

describe('module access', () => {
  it('fills what a partial object leaves out with the defaults of the object, not with what is stored', () => {
    const flags = flagsFromModuleAccess(moduleAccessFromFlags({ webmail: false }));
    const off = moduleNames.filter((name) => !flags[name]);
    expect(off).to.deep.equal([
      'deniedPortal',
      'globalAddressBookDisabled',
      'publicFolderEditable',
      'webmail',
    ]);
  });

  it('has a shipped combination for every name, no two alike', () => {
    const combinations = new AccessCombinations();
    const names =
      'webmail pim pim_infostore pim_mobility groupware_standard all drive webmail_plus pim_plus groupware_plus premium groupware cloud_pim cloud_productivity'.split(
        ' ',
      );
    const readBack = (name: string) => combinations.nameOf(combinations.moduleAccess(` ${name} `));
    expect(names.map(readBack)).to.deep.equal(names);
    expect(readBack('groupware_premium'), 'as the original').to.equal('all');
    expect(() => combinations.moduleAccess('nothing')).to.throw('No such access combination name "nothing"');
  });

  it("takes the operator's own combinations from a file", () => {
    const own = parseAccessCombinations('# ours\n\nbasic = webmail, Contacts\nwebmail=webmail\n');
    const combinations = new AccessCombinations(own);
    expect(combinations.moduleAccess('basic')).to.equal(
      moduleAccessFromFlags(
        Object.fromEntries(moduleNames.map((name) => [name, ['webmail', 'contacts'].includes(name)])),
      ),
    );
    expect(combinations.nameOf(combinations.moduleAccess('webmail'))).to.equal('webmail');
    expect(() => parseAccessCombinations('webmail\n')).to.throw('line 1');
    expect(() => new AccessCombinations(new Map([['x', 'teleport']]))).to.throw('x names an unknown module');
  });
});

describe('attributes', () => {
  it('merge key by key, and null removes', () => {
    const present = new Map([
      [
        'config',
        new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      ],
      ['cloud', new Map([['service', 'x']])],
    ]);
    const after = applyAttributeChanges(present, [
      { namespace: 'config', key: 'a', value: null },
      { namespace: 'config', key: 'c', value: '' },
      { namespace: 'cloud', key: 'service', value: null },
      { namespace: 'cloud', key: 'gone', value: null },
    ]);
    expect(after).to.deep.equal(
      new Map([
        [
          'config',
          new Map([
            ['b', '2'],
            ['c', ''],
          ]),
        ],
      ]),
    );
  });
});

describe('config cascade', () => {
  const cases: [
    user: string | undefined,
    context: string | undefined,
    reseller: string | undefined,
    parent: string | undefined,
    set: string | undefined,
    server: string,
    effective: string,
  ][] = [
    [undefined, undefined, undefined, undefined, undefined, 'false', 'false'],
    [undefined, undefined, undefined, undefined, 'true', 'false', 'true'],
    [undefined, undefined, undefined, 'true', 'false', 'false', 'true'],
    [undefined, undefined, 'false', 'true', undefined, 'false', 'false'],
    [undefined, 'true', 'false', undefined, undefined, 'false', 'true'],
    ['false', 'true', 'true', undefined, 'true', 'true', 'false'],
    ['', 'true', 'true', undefined, undefined, 'true', ''],
  ];
  for (const [user, context, reseller, parent, set, server, effective] of cases)
    it(`user ${user}, context ${context}, reseller ${reseller}, parent ${parent}, set ${set}, server ${server}: ${effective}`, () => {
      const resellers = [reseller, parent].map((value) =>
        resellerWith(value === undefined ? {} : { p: value }),
      );
      const scopes = {
        user: attributes(user),
        context: attributes(context),
        resellers,
        contextSets: new Map(set === undefined ? [] : [['p', set]]),
        server: new Map([['p', server]]),
      };
      expect(effectiveProperty(scopes, 'p')).to.equal(effective);
    });

  it('takes only the word true, in any case and with blanks around it', () => {
    expect(['true', ' TRUE ', 'True'].every(isTrue)).to.equal(true);
    expect([undefined, '', 'yes', '1', 'false', 'truex'].some(isTrue)).to.equal(false);
  });
});

describe('mail addresses', () => {
  it('must be of the form local@domain', () => {
    expect(() =>
      checkAddresses(['a@b', 'a.b+c@x.example', 'jürgen@bücher.example', '', null, undefined]),
    ).to.not.throw();
    for (const bad of [
      'a',
      '@b',
      'a@',
      'a@b@c',
      'a b@c',
      '.a@b',
      'a.@b',
      'a@b..c',
      'a@b.',
      'a@-\n',
      '<a@b>',
      'a,b@c',
    ])
      expect(() => checkAddresses(['ok@b', bad]), bad).to.throw(`Invalid email address: ${bad}`);
  });

  it('are claimed once per mailbox over the platform, and not for context admins', () => {
    const user = {
      contextId: 7,
      isContextAdmin: false,
      primaryEmail: 'A@Bücher.example',
      aliases: ['a@bücher.example', 'b@x.y'],
    };
    expect(mailClaims(user, 'platform')).to.deep.equal([
      { scopeContextId: 0, address: 'a@xn--bcher-kva.example' },
      { scopeContextId: 0, address: 'b@x.y' },
    ]);
    expect(mailClaims({ ...user, isContextAdmin: true }, 'platform')).to.deep.equal([]);
    expect(mailClaims(user, 'context')).to.deep.equal([
      { scopeContextId: 7, address: 'a@xn--bcher-kva.example' },
    ]);
  });
});

describe('mail servers in requests', () => {
  const present = { schema: 'imap://', host: 'localhost', port: 143 };
  const cases: [title: string, fields: Parameters<typeof mergeMailEndpoint>[1], after: typeof present][] = [
    ['nothing said', {}, present],
    [
      'the whole object sent back',
      { url: 'imap://localhost:143', schema: 'imap://', host: 'localhost', port: 143 },
      present,
    ],
    ['a full URL', { url: 'imaps://mx.example:993' }, { schema: 'imaps://', host: 'mx.example', port: 993 }],
    [
      'only the string changed',
      { url: 'imaps://mx.example:993', schema: 'imap://', host: 'localhost', port: 143 },
      { schema: 'imaps://', host: 'mx.example', port: 993 },
    ],
    [
      'only the host changed',
      { url: 'imap://localhost:143', host: 'mx.example', port: 143 },
      { ...present, host: 'mx.example' },
    ],
    [
      'host and port in the host field',
      { host: 'mx.example:1143' },
      { ...present, host: 'mx.example', port: 1143 },
    ],
    ['the whole object with another port', { host: 'localhost', port: 1143 }, { ...present, port: 1143 }],
    ['only a port', { port: 1143 }, present],
    ['only a schema', { schema: 'imaps://' }, present],
  ];
  for (const [title, fields, after] of cases)
    it(title, () => expect(mergeMailEndpoint(present, fields, present)).to.deep.equal(after));
  it('a server without schema has the usual port, whatever there was', () => {
    const secure = { schema: 'imaps://', host: 'mx.example', port: 993 };
    expect(mergeMailEndpoint(secure, { host: 'other.example' }, present)).to.deep.equal({
      ...present,
      host: 'other.example',
    });
    expect(() => mergeMailEndpoint(secure, { url: '::::' }, present)).to.throw('java.net.URISyntaxException');
  });
});
