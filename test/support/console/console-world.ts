import type { Knex } from 'knex';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { unifiedQuota, World, type Login } from '../../wire/fixtures.js';
import { sqliteFile } from '../database/databases.js';

const GB = 1024 ** 3;
const dayMs = 86_400_000;
const fast = { passwordMech: 'SHA-512' };

/** Names that show whether every value of a page is escaped and kept in its place. */
export const hostileName = '<script>alert(1)</script>"\'&<img src=x onerror=alert(2)>\u202Egpj.exe';

/** A platform that there is something to look at. */
export interface ConsoleWorld {
  readonly world: World;
  readonly knex: Knex;
  /** Of another reseller, whose things the first must not see. */
  readonly stranger: Login;
  readonly strangerContextId: number;
  readonly strangerUserId: number;
  /** Unified, with samples of 40 days. */
  readonly anna: number;
  /** Default quota, mailbox nearly full. */
  readonly ben: number;
  /** Its display name is hostile. */
  readonly eve: number;
  stop(): Promise<void>;
}

/** Starts the app with two resellers and furnishes the context of the first. */
export async function startConsoleWorld(
  env: Record<string, string> = {},
  given?: string,
): Promise<ConsoleWorld> {
  const databaseUrl = given ?? (await sqliteFile.url());
  const world = await World.start({ QUOTA_SCAN_INTERVAL: '0', ...env }, databaseUrl);
  const knex = connect(parseDatabaseUrl(databaseUrl));
  const anna = await world.newUser('anna', {
    ...fast,
    display_name: 'Anna Berg',
    maxQuota: 10 * 1024,
    ...unifiedQuota('true'),
  });
  await world.setMailQuota(anna, 10 * 1024);
  const ben = await world.newUser('ben', { ...fast, display_name: 'Ben Oduya', maxQuota: 2048 });
  await world.setMailQuota(ben, 1024);
  const eve = await world.newUser('eve', { ...fast, display_name: hostileName });
  await use(knex, world.contextId, anna, 'anna@example.org', { mail: 4.2 * GB, files: 2.6 * GB });
  await use(knex, world.contextId, ben, 'ben@example.org', { mail: 0.97 * GB, files: 0.3 * GB });
  await addSamples(knex, world.contextId, anna);
  const stranger = { login: 'reseller2', password: 'secret-2' };
  await world.newReseller(stranger, fast);
  const strangerContextId = await world.newContext('reseller2_farm', { as: stranger });
  const strangerUserId = await newUserOf(world, stranger, strangerContextId);
  const stop = async () => {
    await knex.destroy();
    await world.stop();
  };
  return { world, knex, stranger, strangerContextId, strangerUserId, anna, ben, eve, stop };
}

/** Lets a user hold so many bytes, as a mail server and a file service would write them. */
export async function use(
  knex: Knex,
  contextId: number,
  userId: number,
  mailbox: string,
  { mail, files }: { readonly mail: number; readonly files: number },
): Promise<void> {
  const held = { username: mailbox, bytes: Math.round(mail), messages: 1_234 };
  await knex('mail_usage').insert(held).onConflict('username').merge();
  const counted = { context_id: contextId, user_id: userId, bytes: Math.round(files), files: 12 };
  await knex('file_usage')
    .insert({ ...counted, reserved_bytes: 0, generation: 0 })
    .onConflict(['context_id', 'user_id'])
    .merge();
}

async function newUserOf(world: World, as: Login, contextId: number): Promise<number> {
  const { id } = { id: contextId };
  const answer = await world.users(
    'create',
    {
      ctx: { id },
      usrdata: {
        name: 'farmer',
        display_name: 'Far Farmer',
        password: 'x',
        given_name: 'Far',
        sur_name: 'Farmer',
        primaryEmail: 'farmer@far.example',
        email1: 'farmer@far.example',
        ...fast,
      },
    },
    as,
  );
  const text = /<(?:\w+:)?id>(\d+)</.exec(answer.xml)?.[1];
  if (text === undefined) throw new Error(answer.xml);
  return Number(text);
}

async function addSamples(knex: Knex, contextId: number, userId: number): Promise<void> {
  const nowMs = Date.now();
  for (let day = 40; day >= 1; day -= 1) {
    const part = (40 - day) / 40;
    await knex('usage_samples').insert({
      context_id: contextId,
      user_id: userId,
      at_ms: nowMs - day * dayMs,
      mail_bytes: Math.round((1.1 + 3 * part + Math.sin(day) * 0.12) * GB),
      file_bytes: Math.round((day > 26 ? 0.5 + part * 1.2 : 1.5 + part * 0.9) * GB),
    });
  }
}
