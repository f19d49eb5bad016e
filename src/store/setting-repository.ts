import type { SettingRepository } from '../provisioning/repositories/store.js';
import { fitting } from './limits.js';
import type { Session } from './session.js';

/** @see SettingRepository */
export class KnexSettingRepository implements SettingRepository {
  constructor(private readonly session: Session) {}

  get(name: string): Promise<string | null> {
    return this.session.read(async (db) => {
      const row = await db('settings').where({ name }).first('value');
      return row?.value ?? null;
    });
  }

  set(name: string, value: string): Promise<void> {
    return this.session.write(async (db) => {
      const row = { name: fitting('settingName', name), value: fitting('settingValue', value) };
      await db('settings').insert(row).onConflict('name').merge();
    });
  }

  delete(name: string): Promise<void> {
    return this.session.write(async (db) => {
      await db('settings').where({ name }).delete();
    });
  }
}
