import type { Knex } from 'knex';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { sqliteFile } from '../../support/database/databases.js';
import { callRest } from '../../support/rest/rest-client.js';
import type { SoapAnswer, SoapParams } from '../../support/wire/raw-soap.js';
import { userData, World, type Login } from '../fixtures.js';

export const fast = { passwordMech: 'SHA-512' };

/** A reseller with a context and the admin of that. */
export interface Tenant {
  readonly reseller: Login;
  readonly admin: Login;
  readonly contextId: number;
}

/** Two resellers with a context each, and what a mail server would do. */
export class MailPlatform {
  private constructor(
    readonly world: World,
    readonly knex: Knex,
    readonly acme: Tenant,
    readonly beta: Tenant,
  ) {}

  static async start(env: Record<string, string> = {}, database = sqliteFile): Promise<MailPlatform> {
    const url = await database.url();
    const world = await World.start(env, url);
    const reseller = { login: 'reseller2', password: 'secret2' };
    const admin = { login: 'betaadmin', password: 'beta-secret' };
    await world.newReseller(reseller);
    const contextId = await world.newContext('reseller2_beta', { adminLogin: admin, as: reseller });
    const acme = { reseller: world.reseller, admin: world.contextAdmin, contextId: world.contextId };
    const knex = connect(parseDatabaseUrl(url));
    return new MailPlatform(world, knex, acme, { reseller, admin, contextId });
  }

  async stop(): Promise<void> {
    await this.knex.destroy();
    await this.world.stop();
  }

  user(tenant: Tenant, address: string, as: Login, more: SoapParams = {}): Promise<SoapAnswer> {
    const name = address.replace('@', '.at.');
    const usrdata = userData(name, { ...fast, primaryEmail: address, email1: address, ...more });
    return this.world.users('create', { ctx: { id: tenant.contextId }, usrdata }, as);
  }

  catchall(tenant: Tenant, domain: string, user: string, as: Login): Promise<SoapAnswer> {
    return this.world.oxaas('createDomainCatchall', { ctxid: tenant.contextId, domain, user }, as);
  }

  async forward(tenant: Tenant, alias: string, as: Login): Promise<number> {
    const path = `/api/oxaas/v1/admin/forwards/${tenant.contextId}/${encodeURIComponent(alias)}`;
    return (await callRest(`${this.world.url}${path}`, 'POST', as, ['thief@far.example'])).status;
  }

  /** Where mail goes for an address, as our lines for Postfix look it up: redirections first, then the mailbox, then the catch-all. */
  async route(address: string): Promise<string[]> {
    const found = async (view: string, wanted: string): Promise<string[]> => {
      const rows = (await this.knex(view).where('address', wanted).pluck('destination')) as string[];
      return rows.sort();
    };
    const domain = address.slice(address.indexOf('@'));
    for (const [view, wanted] of [
      ['mail_redirections', address],
      ['mail_recipients', address],
      ['mail_recipients', domain],
    ] as const) {
      const rows = await found(view, wanted);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  async activeDomains(): Promise<string[]> {
    return (await this.knex('mail_domains').orderBy('domain').pluck('domain')) as string[];
  }
}
