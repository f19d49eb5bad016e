import { expect } from 'chai';

/** What a client program printed: the value of each step, by the step's name. */
export type StoryValues = ReadonlyMap<string, unknown>;

/** One step of the story: its name as every client program prints it, and what the wire must have said. */
export interface StoryStep {
  readonly name: string;
  check(value: unknown, values: StoryValues): void;
}

const UNIFIED = 'com.openexchange.unifiedquota.enabled';
const GIBIBYTE = 1_073_741_824;
const EXCEPTION_ID = /; exceptionId -?\d+-\d+$/; // semantics.md 0.2

/** Sent by every stack as display name and surname: letters outside ASCII, outside Latin, and markup. */
const DISPLAY_NAME = 'Jürgen Ærø 漢字 & <b>';
const SURNAME = 'Ærø 漢字 & <b>';

/**
 * The story of the main job, the same for every stack and database: a reseller creates a context and users, gives one
 * of them one quota over mail and files, cannot delete her, switches the attribute off and deletes.
 */
export const story: readonly StoryStep[] = [
  step('create-reseller', (value) => expectNamed(value, 'reseller1')),
  step('create-context', (value) => expectNamed(value, 'reseller1_acme')),
  step('list-contexts', (value, values) => expect(value).to.deep.equal([contextId(values)])),
  step('get-context', (value, values) =>
    expect(value).to.deep.equal({
      id: contextId(values),
      name: 'reseller1_acme',
      maxQuota: 1000,
      enabled: true,
    }),
  ),
  step('change-whole-context', expectVoid),
  step('get-whole-context', (value, values) => expect(value).to.deep.equal(values.get('get-context'))),
  step('context-exists', (value) => expect(value).to.equal(true)),

  step('create-user', (value) => expect(expectNamed(value, 'anna')).to.have.property('password', null)),
  step('set-mail-quota', expectVoid),
  step('get-user', (value, values) => {
    const user = expectUser(value, userId(values));
    expect(user.config).to.deep.equal({ [UNIFIED]: 'true', 'com.example.flag': 'yes' });
  }),
  step('get-mail-quota', (value) => expect(value).to.equal(1024)),
  step('get-quota-usage', (value) => expect(value).to.equal(0)),
  step('rest-quota', (value, values) =>
    expect(value).to.deep.equal({
      contextId: contextId(values),
      userId: userId(values),
      mode: 'unified',
      limitBytes: GIBIBYTE,
      limits: { mailBytes: GIBIBYTE, fileBytes: GIBIBYTE },
      usage: { mailBytes: 0, fileBytes: 0, totalBytes: 0 },
      remainingBytes: GIBIBYTE,
    }),
  ),

  step('create-second-user', (value) => expectNamed(value, 'berta')),
  step('list-users', (value, values) =>
    expect(value).to.include.members([userId(values), secondUserId(values)]),
  ),
  step('get-multiple', (value, values) =>
    expect(value).to.deep.equal([
      { id: secondUserId(values), name: 'berta' },
      { id: userId(values), name: 'anna' },
    ]),
  ),
  step('user-exists', (value) => expect(value).to.equal(true)),
  step('nobody-exists', (value) => expect(value).to.equal(false)),
  // OX: semantics.md 1.7, the combination "pim"
  step('get-module-access', (value) =>
    expect(value).to.deep.equal({
      webmail: true,
      calendar: true,
      tasks: true,
      globalAddressBookDisabled: true,
      infostore: false,
      deniedPortal: false,
    }),
  ),
  step('get-access-combination-name', (value) => expect(value).to.equal('pim')),

  step('duplicate-user', (value) =>
    expectFault(value, 'InvalidDataException', 'User anna already exists in this context; exceptionId'),
  ),
  step('unknown-user', (value, values) =>
    expectFault(
      value,
      'NoSuchUserException',
      `No such user 4711 in context ${contextId(values)}; exceptionId`,
    ),
  ),
  step('wrong-password', (value) =>
    expectFault(value, 'InvalidCredentialsException', 'authentication failed; exceptionId'),
  ),
  step('delete-while-unified', (value, values) =>
    expectFault(
      value,
      'StorageException',
      'Denied to move file storage as unified quota is enabled for user ' +
        `${userId(values)} in context ${contextId(values)}`,
    ),
  ),
  step('switch-unified-off', expectVoid),
  step('get-switched-off', (value, values) =>
    expect(expectUser(value, userId(values)).config).to.deep.equal({ [UNIFIED]: 'false' }),
  ),
  step('rest-quota-off', (value) => expect(value).to.have.property('mode', 'default')),
  step('change-whole-user', expectVoid),
  step('get-whole-user', (value, values) => expect(value).to.deep.equal(values.get('get-switched-off'))),
  step('delete-user', expectVoid),
  step('get-deleted', (value, values) =>
    expectFault(
      value,
      'NoSuchUserException',
      `No such user ${userId(values)} in context ${contextId(values)}; exceptionId`,
    ),
  ),

  step('delete-context', expectVoid),
  step('context-gone', (value) => expect(value).to.equal(false)),
  step('delete-reseller', expectVoid),
  step('resellers-left', (value) => expect(value).to.deep.equal([])),
];

function step(name: string, check: (value: unknown, values: StoryValues) => void): StoryStep {
  return { name, check };
}

/** A void operation has an empty Body, which every stack turns into its own nothing. */
function expectVoid(value: unknown): void {
  expect(value).to.equal(null);
}

function expectNamed(value: unknown, name: string): object {
  expect(value).to.be.an('object').that.has.property('name', name);
  expect(value).to.have.property('id').that.is.a('number').above(0);
  return value as object;
}

/** The user as created, whatever her attributes are by now. */
function expectUser(value: unknown, id: number): { config: unknown } {
  expect(value).to.deep.include({
    id,
    name: 'anna',
    display_name: DISPLAY_NAME,
    given_name: 'Jürgen',
    sur_name: SURNAME,
    primaryEmail: 'anna@acme.example',
    email1: 'anna@acme.example',
    language: 'de_DE',
    timezone: 'Europe/Berlin',
    mailenabled: true,
    maxQuota: 1024,
    usedQuota: 0,
    password: null,
  });
  expect(value).to.have.property('filestoreId').that.is.a('number').above(0);
  expect(value).to.have.property('aliases').that.has.members(['anna@acme.example', 'a.berg@acme.example']);
  return value as { config: unknown };
}

/** @param textPart what the text contains; every stack must have seen the detail element `fault`, too. */
function expectFault(value: unknown, fault: string, textPart: string): void {
  expect(value).to.have.property('fault', fault);
  expect(value).to.have.property('text').that.contains(textPart).and.matches(EXCEPTION_ID);
}

function contextId(values: StoryValues): number {
  return idFrom(values, 'create-context');
}

function userId(values: StoryValues): number {
  return idFrom(values, 'create-user');
}

function secondUserId(values: StoryValues): number {
  return idFrom(values, 'create-second-user');
}

function idFrom(values: StoryValues, stepName: string): number {
  return (values.get(stepName) as { id: number }).id;
}
