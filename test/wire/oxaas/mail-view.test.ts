import { expect } from 'chai';
import type { Knex } from 'knex';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { testDatabases, type TestDatabase } from '../../support/database/databases.js';
import { holdFiles } from '../../support/processes/hold-files.js';
import { requirePart } from '../../support/processes/require-part.js';
import { returnedOne, type SoapAnswer, type SoapParams } from '../../support/wire/raw-soap.js';
import { idOf, unifiedQuota, userData, World, type Login } from '../fixtures.js';

const property = 'com.openexchange.unifiedquota.enabled';
const types = 'com.openexchange.config.cascade.types';
const stepsPerRun = 100;
const checkEvery = 3;
const roundsAtOnce = 8;
const stepsAtOnce = 8;
const restartEvery = 25;
const quick = { DEFAULT_PASSWORD_MECHANISM: 'SHA-512' };

const contextSets = {
  byType: { withTags: 'unify & !never', properties: { [property]: true } },
  byModule: { withTags: 'ucInfostore', properties: { [property]: true } },
  byName: { withTags: 'renamed', properties: { [property]: 'false' } },
};

/** Numbers below a bound, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

interface Account {
  readonly context_id: number;
  readonly user_id: number;
  readonly is_unified: number;
  readonly limit_bytes: number | null;
  readonly reserved_bytes: number | null;
}

interface QuotaAnswer {
  readonly mode: string;
  readonly limits: { readonly mailBytes: number | null };
  readonly usage: { readonly fileBytes: number };
}

/** An installation that lives through random operations and restarts; what the database says is read beside it. */
class Life {
  private readonly parent: Login = { login: 'parent', password: 'parent-secret' };
  private readonly child: Login = { login: 'child', password: 'child-secret' };
  private readonly contextIds: number[] = [];
  private parentId = 0;
  private made = 0;
  done = 0;

  private constructor(
    private world: World,
    private readonly url: string,
    private readonly knex: Knex,
    private readonly directory: string,
    private readonly below: (bound: number) => number,
  ) {}

  static async start(database: TestDatabase, seed: number): Promise<Life> {
    const url = await database.url();
    const directory = mkdtempSync(join(tmpdir(), 'oxbow-view-'));
    writeFileSync(join(directory, 'sets.json'), JSON.stringify(contextSets));
    const world = await World.start(quick, url);
    const life = new Life(world, url, connect(parseDatabaseUrl(url)), directory, randomNumbers(seed));
    life.parentId = await world.newReseller(life.parent);
    await world.newReseller(life.child);
    life.contextIds.push(world.contextId);
    for (const owner of [life.parent, life.child]) await life.newContext(owner);
    return life;
  }

  async stop(): Promise<void> {
    await this.world.stop();
    await this.knex.destroy();
    rmSync(this.directory, { recursive: true });
  }

  /** One operation; what the rules refuse is as good as what they do. */
  async step(): Promise<string> {
    const steps = this.steps();
    const name = this.pick(Object.keys(steps));
    const answer = await steps[name]?.();
    if (answer?.fault === undefined) this.done += 1;
    return name;
  }

  async restart(): Promise<string> {
    await this.world.stop();
    const env = {
      ...quick,
      UNIFIED_QUOTA_ENABLED: this.pick(['true', 'false']),
      CONTEXT_SETS_FILE: this.pick([join(this.directory, 'sets.json'), '']),
    };
    const { world } = this;
    this.world = await World.resume(world, env, this.url);
    return JSON.stringify(env);
  }

  /** Compares every account of the view with what the rules say of the user. */
  async check(after: string): Promise<number> {
    const accounts: Account[] = await this.knex('mail_accounts as a')
      .leftJoin(
        'file_usage as f',
        (on) => void on.on('f.context_id', 'a.context_id').andOn('f.user_id', 'a.user_id'),
      )
      .select('a.context_id', 'a.user_id', 'a.is_unified', 'a.limit_bytes')
      .select({ reserved_bytes: 'f.reserved_bytes' });
    for (const account of accounts) {
      const { mode, limits, usage } = await this.quotaOf(account);
      const about = `${after}: user ${account.user_id} in context ${account.context_id}`;
      const taken = mode === 'unified' ? usage.fileBytes + (account.reserved_bytes ?? 0) : 0;
      expect(account.is_unified === 1 ? 'unified' : 'default', about).to.equal(mode);
      expect(account.limit_bytes, about).to.equal(
        limits.mailBytes === null ? null : Math.max(1, limits.mailBytes - taken),
      );
    }
    return accounts.filter(({ is_unified }) => is_unified === 1).length;
  }

  private steps(): Record<string, () => Promise<SoapAnswer | undefined>> {
    const { world } = this;
    const contextId = this.pick(this.contextIds);
    const ctx = { id: contextId };
    const change = async (fields: () => SoapParams) =>
      this.onUser(contextId, (id) =>
        world.users('change', { ctx, usrdata: { id, ...fields() } }, world.master),
      );
    const resellers = (operation: string, adm: SoapParams, as: Login = world.master) =>
      world.resellers(operation, { adm }, as);
    const mb = () => this.pick([-1, 0, 1, 5, 5, 5, 5, 5]);
    const aReseller = () => this.pick([this.parent, this.child, world.reseller]);
    return {
      createUser: () => this.newUser(contextId),
      createUserToo: () => this.newUser(contextId),
      changeProperty: () => change(() => unifiedQuota(this.value())),
      changeQuota: () => change(() => ({ maxQuota: mb() })),
      setMailQuota: () =>
        this.onUser(contextId, (usrid) =>
          world.oxaas('setMailQuota', { ctxid: contextId, usrid, quota: Math.max(0, mb()) }, world.master),
        ),
      changeContextProperty: () =>
        world.contexts('change', { ctx: { ...ctx, ...unifiedQuota(this.value()) } }, world.master),
      changeTypes: () => {
        const userAttributes = { taxonomy: { types: this.pick(['unify', 'unify,never', null]) } };
        return world.contexts('change', { ctx: { ...ctx, userAttributes } }, world.master);
      },
      rename: () => world.contexts('change', { ctx: { ...ctx, name: this.newName() } }, world.master),
      configureReseller: () => {
        const value = this.value();
        const { login } = aReseller();
        const more =
          value === null
            ? { configurationToRemove: [property] }
            : { configurationToAdd: { [property]: value } };
        return resellers('change', { name: login, ...more });
      },
      configureSelf: () => {
        const as = aReseller();
        return resellers(
          'changeSelf',
          { name: as.login, configurationToAdd: { [types]: this.pick(['unify', 'never', '']) } },
          as,
        );
      },
      tagReseller: () => {
        const member = this.pick(['taxonomiesToAdd', 'taxonomiesToRemove']);
        return resellers('change', { name: aReseller().login, [member]: [this.pick(['unify', 'never'])] });
      },
      moveReseller: () =>
        resellers('change', { name: this.child.login, parentId: this.pick([0, this.parentId]) }),
      accessOfContext: () => {
        const access_combination_name = this.pick(['cloud_pim', 'cloud_productivity']);
        return world.contexts('changeModuleAccessByName', { ctx, access_combination_name }, world.master);
      },
      accessOfAdmin: () => {
        const access_combination_name = this.pick(['cloud_pim', 'cloud_productivity']);
        const params = { ctx, user: { id: 2 }, access_combination_name };
        return world.users('changeByModuleAccessName', params, world.master);
      },
      accessOfAll: () => {
        const [addAccess, removeAccess] = this.pick([
          [{ infostore: true }, {}],
          [{}, { infostore: true }],
        ] as const);
        const params = { filter: '', addAccess, removeAccess };
        return world.soap.call('OXUserService', 'changeModuleAccessGlobal', params, world.master);
      },
      toOwnStorage: () =>
        this.onUser(contextId, (id) => {
          const params = { ctx, user: { id }, dst_filestore_id: { id: 1 }, max_quota: mb() };
          return world.users('moveFromContextToUserFilestore', params, world.master);
        }),
      toContextStorage: () =>
        this.onUser(contextId, (id) =>
          world.users('moveFromUserToContextFilestore', { ctx, user: { id } }, world.master),
        ),
      toMasterStorage: () =>
        this.onUser(contextId, (id) =>
          this.onUser(contextId, (masterId) => {
            const params = { ctx, user: { id }, masterUser: { id: masterId } };
            return world.users('moveFromUserFilestoreToMaster', params, world.master);
          }),
        ),
      holdFiles: async () => {
        const bytes = this.below(8 * 1024 * 1024);
        const owners = this.knex('users').where({ context_id: contextId, filestore_owner_id: 0 });
        const ids: number[] = await owners.where('filestore_id', '>', 0).pluck('id');
        const held = { bytes, reserved_bytes: bytes >> 2 };
        for (const id of ids) await holdFiles(this.knex, contextId, id, held);
        return undefined;
      },
      delete: () =>
        this.onUser(contextId, (id) =>
          world.users('delete', { ctx, user: { id }, reassign: 0 }, world.master),
        ),
      newContext: () => this.newContext(aReseller()).then(() => undefined),
    };
  }

  private async newContext(as: Login): Promise<void> {
    const ctx = {
      userAttributes: this.pick([{}, { taxonomy: { types: 'unify' } }, unifiedQuota('true').userAttributes]),
    };
    const name = `${as.login}_${this.freshName()}`;
    this.contextIds.push(await this.world.newContext(name, { as, ctx }));
  }

  private async newUser(contextId: number): Promise<SoapAnswer> {
    const more = {
      maxQuota: this.pick([5, 5, 5, -1]),
      ...this.pick([{}, {}, unifiedQuota('true'), unifiedQuota('false')]),
    };
    const usrdata = userData(this.newName(), more);
    const answer = await this.world.users('create', { ctx: { id: contextId }, usrdata }, this.world.master);
    if (answer.fault === undefined && this.below(4) > 0) {
      const usrid = idOf(returnedOne(answer));
      const quota = { ctxid: contextId, usrid, quota: 5 };
      await this.world.oxaas('setMailQuota', quota, this.world.master);
    }
    return answer;
  }

  private async onUser(
    contextId: number,
    act: (id: number) => Promise<SoapAnswer | undefined>,
  ): Promise<SoapAnswer | undefined> {
    const ids: number[] = await this.knex('users')
      .where({ context_id: contextId })
      .where('id', '>', 2)
      .orderBy('id')
      .pluck('id');
    return ids.length === 0 ? this.newUser(contextId) : act(this.pick(ids));
  }

  private async quotaOf({ context_id, user_id }: Account): Promise<QuotaAnswer> {
    const { login, password } = this.world.master;
    const basic = Buffer.from(`${login}:${password}`).toString('base64');
    const url = `${this.world.url}/quota/v1/contexts/${context_id}/users/${user_id}`;
    const response = await fetch(url, { headers: { authorization: `Basic ${basic}` } });
    expect(response.status).to.equal(200);
    return (await response.json()) as QuotaAnswer;
  }

  /** Some names are wanted twice, and refused then. */
  private newName(): string {
    return this.below(8) === 0 && this.made > 0 ? `renamed` : this.freshName();
  }

  private freshName(): string {
    return `view${++this.made}`;
  }

  private value(): string | null {
    return this.pick(['true', ' TRUE ', 'false', '', null, null]);
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

for (const database of testDatabases) {
  describe(`wire: the view of mail accounts on ${database.name} after random operations`, function () {
    this.timeout(180_000);
    const seed = Number(process.env['VIEW_SEED'] ?? Date.now() % 1_000_000);
    let life: Life | null = null;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      life = await Life.start(database, seed);
    });
    after(() => life?.stop());

    it('says of everybody what the rules say', async () => {
      if (life === null) throw new Error('not started');
      let unifiedSeen = 0;
      const history: string[] = [];
      for (let step = 1; step <= stepsPerRun; step += 1) {
        history.push(step % restartEvery === 0 ? await life.restart() : await life.step());
        if (step % checkEvery > 0) continue;
        unifiedSeen += await life.check(`seed ${seed}, ${history.slice(-checkEvery).join(', ')}`);
      }
      expect(life.done, 'operations that were not refused').to.be.greaterThan(stepsPerRun / 3);
      expect(unifiedSeen, 'how often somebody was unified').to.be.greaterThan(0);
    });

    it('also when they come at once', async () => {
      const lived = life;
      if (lived === null) throw new Error('not started');
      for (let round = 0; round < roundsAtOnce; round += 1) {
        const names = await Promise.all(Array.from({ length: stepsAtOnce }, () => lived.step()));
        await lived.check(`seed ${seed}, at once ${names.join(', ')}`);
      }
    });
  });
}
