import { expect } from 'chai';
import {
  contextId,
  expectFault,
  expectNamed,
  expectUser,
  expectVoid,
  groupId,
  secondUserId,
  step,
  UNIFIED,
  userId,
  type StoryStep,
} from './interop-checks.js';

const GIBIBYTE = 1_073_741_824;
const QUOTAS_LEFT = [{ module: 'calendar', limit: 300 }];
const GROUP_DISPLAY_NAME = 'Vertrieb Ærø & 漢字';

/**
 * The story of the main job, the same for every stack and database: a reseller creates a context, users and a group, gives
 * one user one quota over mail and files, cannot delete her, switches the attribute off and deletes.
 */
export function resellerStory(): readonly StoryStep[] {
  return [
    step('create-reseller', (value) => expectNamed(value, 'reseller1')),
    ...contextSteps('reseller1_acme'),
    ...userSteps(),
    ...mailQuotaSteps(),
    ...refusalSteps('authentication failed'),
    ...groupSteps(),
    ...objectQuotaSteps(),
    step('list-object-quotas-as-reseller-service', (value) => expect(value).to.deep.equal(QUOTAS_LEFT)),
    ...unifiedOffSteps(),
    step('rest-quota-off', (value) => expect(value).to.have.property('mode', 'default')),
    ...endSteps(),
    step('delete-reseller', expectVoid),
    step('resellers-left', (value) => expect(value).to.deep.equal([])),
  ];
}

/** The same life over the plain services: the master admin has the context, its own admin the users and the group. */
export function plainStory(): readonly StoryStep[] {
  return [
    ...contextSteps('acme'),
    step('get-admin-id', (value) => expect(value).to.equal(2)), // Source: docs/contract/users.md#1-6.
    ...userSteps(),
    ...refusalSteps('Authentication failed'),
    ...capabilitySteps(),
    ...groupSteps(),
    ...objectQuotaSteps(),
    ...unifiedOffSteps(),
    ...endSteps(),
  ];
}

/**
 * Berta's files get a storage of their own: the one operation whose answer is a number. For zeep alone, which moves, but cannot
 * read the bare number of the reseller service, the original's neither.
 */
export function moveSteps(answer: 'return' | 'bare'): readonly StoryStep[] {
  return [
    step('move-files', (value) =>
      answer === 'bare' ? expect(value).to.equal('TypeError') : expect(value).to.be.a('number'),
    ),
    step('get-moved', (value, values) =>
      expect(value).to.deep.equal({ id: secondUserId(values), maxQuota: 5, hasStorage: true }),
    ),
  ];
}

/** @param name of the context */
function contextSteps(name: string): StoryStep[] {
  return [
    step('create-context', (value) => expectNamed(value, name)),
    step('list-contexts', (value, values) => expect(value).to.deep.equal([contextId(values)])),
    step('get-context', (value, values) =>
      expect(value).to.deep.equal({ id: contextId(values), name, maxQuota: 1000, enabled: true }),
    ),
    step('change-whole-context', expectVoid),
    step('get-whole-context', (value, values) => expect(value).to.deep.equal(values.get('get-context'))),
    step('context-exists', (value) => expect(value).to.equal(true)),
  ];
}

function userSteps(): StoryStep[] {
  return [
    step('create-user', (value) => expect(expectNamed(value, 'anna')).to.have.property('password', null)),
    step('get-user', (value, values) => {
      const user = expectUser(value, userId(values));
      expect(user.config).to.deep.equal({ [UNIFIED]: 'true', 'com.example.flag': 'yes' });
    }),
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
    // The combination "pim". Source: docs/contract/access.md#1.
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
  ];
}

function mailQuotaSteps(): StoryStep[] {
  return [
    step('set-mail-quota', expectVoid),
    step('get-mail-quota', (value) => expect(value).to.equal(1024)),
    step('get-quota-usage', (value) => expect(value).to.equal(0)),
    step('rest-quota', (value, values) =>
      expect(value).to.deep.equal({
        contextId: contextId(values),
        userId: userId(values),
        mode: 'unified',
        limitBytes: GIBIBYTE,
        limits: { mailBytes: GIBIBYTE, fileBytes: GIBIBYTE },
        usage: { mailBytes: 0, fileBytes: 0, totalBytes: 0, fileBytesOf: 'user' },
        remainingBytes: GIBIBYTE,
      }),
    ),
  ];
}

/**
 * @param wrongPasswordText in lower case when the login is a reseller's (docs/contract/authentication.md#3)
 */
function refusalSteps(wrongPasswordText: string): StoryStep[] {
  return [
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
      expectFault(value, 'InvalidCredentialsException', `${wrongPasswordText}; exceptionId`),
    ),
    step('delete-while-unified', (value, values) =>
      expectFault(
        value,
        'StorageException',
        'Denied to move file storage as unified quota is enabled for user ' +
          `${userId(values)} in context ${contextId(values)}`,
      ),
    ),
  ];
}

/** A group of both users; the second one leaves it. */
function groupSteps(): StoryStep[] {
  return [
    step('create-group', (value) => expectNamed(value, 'sales')),
    step('add-members', expectVoid),
    step('get-members', (value, values) =>
      expect(value).to.have.members([userId(values), secondUserId(values)]),
    ),
    step('get-group', (value, values) => {
      const { members, ...group } = value as { members: unknown };
      expect(group).to.deep.equal({ id: groupId(values), name: 'sales', displayname: GROUP_DISPLAY_NAME });
      expect(members).to.have.members([userId(values), secondUserId(values)]);
    }),
    step('list-groups', (value, values) => expect(value).to.deep.equal([groupId(values)])),
    step('groups-of-user', (value, values) => expect(value).to.include(groupId(values))),
    step('remove-member', expectVoid),
    step('change-whole-group', expectVoid),
    step('get-whole-group', (value, values) =>
      expect(value).to.deep.equal({
        id: groupId(values),
        name: 'sales',
        displayname: GROUP_DISPLAY_NAME,
        members: [userId(values)],
      }),
    ),
    step('unknown-group', (value) => expectFault(value, 'NoSuchGroupException', 'No such group')),
    step('delete-group', expectVoid),
    step('groups-left', (value) => expect(value).to.deep.equal([])),
  ];
}

/** Two modules get a limit, one of them loses it: by the master admin and the plain context service, which alone can. */
function objectQuotaSteps(): StoryStep[] {
  return [
    step('change-object-quotas', expectVoid),
    step('list-object-quotas', (value) =>
      expect(value).to.have.deep.members([...QUOTAS_LEFT, { module: 'task', limit: 300 }]),
    ),
    step('drop-object-quota', expectVoid),
    step('list-object-quotas-left', (value) => expect(value).to.deep.equal(QUOTAS_LEFT)),
    step('unknown-module', (value) =>
      expectFault(value, 'InvalidDataException', 'Unknown module: nonsense; exceptionId'),
    ),
  ];
}

/** One capability is added, another denied. */
function capabilitySteps(): StoryStep[] {
  return [
    step('change-capabilities', expectVoid),
    step('get-capabilities', (value) => expect(value).to.equal('-example_two, example_one')),
  ];
}

function unifiedOffSteps(): StoryStep[] {
  return [
    step('switch-unified-off', expectVoid),
    step('get-switched-off', (value, values) =>
      expect(expectUser(value, userId(values)).config).to.deep.equal({ [UNIFIED]: 'false' }),
    ),
    step('change-whole-user', expectVoid),
    step('get-whole-user', (value, values) => expect(value).to.deep.equal(values.get('get-switched-off'))),
  ];
}

function endSteps(): StoryStep[] {
  return [
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
  ];
}
