import { startTestApp } from '../support/processes/app.js';
import {
  expectDone,
  RawSoap,
  returnedOne,
  type Credentials,
  type SoapAnswer,
  type SoapParams,
} from '../support/wire/raw-soap.js';
import { scalars, type XmlNode } from '../support/wire/xml-tree.js';

export interface Login extends Credentials {
  readonly login: string;
  readonly password: string;
}

/** A running app with one reseller and one context of it, and short ways to call the services. */
export class World {
  readonly soap: RawSoap;
  readonly reseller: Login = { login: 'reseller1', password: 'secret' };
  readonly contextAdmin: Login = { login: 'ctxadmin', password: 'admin-secret' };
  contextId = 0;

  private constructor(
    readonly url: string,
    readonly master: Login,
    readonly stop: () => Promise<void>,
    /** Everything that was logged so far. */
    readonly log: () => string,
  ) {
    this.soap = new RawSoap(url);
  }

  static async start(env: Record<string, string> = {}, databaseUrl?: string): Promise<World> {
    const app = await startTestApp(databaseUrl === undefined ? { env } : { env, databaseUrl });
    const master = { login: app.masterLogin, password: app.masterPassword };
    const world = new World(
      app.url,
      master,
      () => app.stop(),
      () => app.log(),
    );
    try {
      await world.newReseller(world.reseller);
      world.contextId = await world.newContext('reseller1_acme', { adminLogin: world.contextAdmin });
      return world;
    } catch (error) {
      await app.stop();
      throw error;
    }
  }

  /** Starts the app again, with other settings perhaps, on the database of a world that was stopped. */
  static async resume(stopped: World, env: Record<string, string>, databaseUrl: string): Promise<World> {
    const app = await startTestApp({ env, databaseUrl });
    const world = new World(
      app.url,
      stopped.master,
      () => app.stop(),
      () => app.log(),
    );
    world.contextId = stopped.contextId;
    return world;
  }

  get ctx(): { id: number } {
    return { id: this.contextId };
  }

  users(operation: string, params: SoapParams, as: Credentials = this.reseller): Promise<SoapAnswer> {
    return this.soap.call('OXResellerUserService', operation, params, as);
  }

  contexts(operation: string, params: SoapParams, as: Credentials = this.reseller): Promise<SoapAnswer> {
    return this.soap.call('OXResellerContextService', operation, params, as);
  }

  resellers(operation: string, params: SoapParams, as: Credentials = this.master): Promise<SoapAnswer> {
    return this.soap.call('OXResellerService', operation, params, as);
  }

  oxaas(operation: string, params: SoapParams, as: Credentials = this.reseller): Promise<SoapAnswer> {
    return this.soap.call('OXaaSService', operation, params, as);
  }

  /** Creates a reseller and answers its id. The master admin sets a parent afterwards, since create ignores it. */
  async newReseller(
    login: Login,
    { parentId, ...more }: SoapParams = {},
    as: Credentials = this.master,
  ): Promise<number> {
    const adm = { name: login.login, displayname: `The ${login.login}`, password: login.password, ...more };
    const id = idOf(returnedOne(await this.resellers('create', { adm }, as)));
    if (parentId !== undefined) expectDone(await this.resellers('change', { adm: { id, parentId } }, as));
    return id;
  }

  /** Creates a context and answers its id. */
  async newContext(
    name: string,
    options: { ctx?: SoapParams; adminLogin?: Login; as?: Credentials; admin?: SoapParams } = {},
  ): Promise<number> {
    const { login, password } = options.adminLogin ?? this.contextAdmin;
    const params = {
      ctx: { name, maxQuota: 1000, ...options.ctx },
      admin_user: adminData(name, { name: login, password, ...options.admin }),
    };
    return idOf(returnedOne(await this.contexts('create', params, options.as ?? this.reseller)));
  }

  /** Creates a user in the world's context and answers its id. */
  async newUser(name: string, more: SoapParams = {}, contextId = this.contextId): Promise<number> {
    const params = { ctx: { id: contextId }, usrdata: userData(name, more) };
    return idOf(returnedOne(await this.users('create', params)));
  }

  /** Lets everybody use a mail domain, where a test is about something else than whose it is. */
  async shareDomain(domainname = 'example.org'): Promise<void> {
    expectDone(await this.oxaas('createSharedDomain', { domainname }, this.master));
  }

  /** Reads a user of the world's context. */
  async getUser(id: number, as: Credentials = this.reseller): Promise<XmlNode> {
    return returnedOne(await this.users('getData', { ctx: this.ctx, user: { id } }, as));
  }

  /** Changes a user of the world's context. */
  change(id: number, fields: SoapParams, as: Credentials = this.reseller): Promise<SoapAnswer> {
    return this.users('change', { ctx: this.ctx, usrdata: { ...fields, id } }, as);
  }

  async changed(id: number, fields: SoapParams, as: Credentials = this.reseller): Promise<void> {
    expectDone(await this.change(id, fields, as));
  }

  async setMailQuota(userId: number, quotaMb: number, as: Credentials = this.reseller): Promise<void> {
    const params = { ctxid: this.contextId, usrid: userId, quota: quotaMb };
    expectDone(await this.oxaas('setMailQuota', params, as));
  }

  async exists(user: SoapParams): Promise<string> {
    return returnedOne(await this.users('exists', { ctx: this.ctx, user })).text;
  }
}

/** The seven mandatory fields for a name; its address is `<name>@example.org`. */
export function userData(name: string, more: SoapParams = {}): SoapParams {
  const address = `${name}@example.org`;
  return {
    name,
    display_name: `Display ${name}`,
    password: `pw-${name}`,
    given_name: 'Given',
    sur_name: 'Sur',
    primaryEmail: address,
    email1: address,
    ...more,
  };
}

/** The text members of an object as raw XML, for requests that are written by hand. */
export function membersXml(prefix: string, members: SoapParams): string {
  return Object.entries(members)
    .map(([name, value]) =>
      typeof value === 'string' ? `<${prefix}${name}>${value}</${prefix}${name}>` : '',
    )
    .join('');
}

/** The mandatory fields of a context's admin. */
export function adminData(contextName: string, more: SoapParams = {}): SoapParams {
  return { ...userData('ctxadmin'), display_name: `Admin of ${contextName}`, ...more };
}

/** The attribute that switches unified quota. */
export function unifiedQuota(value: string | null): { userAttributes: SoapParams } {
  return { userAttributes: { config: { 'com.openexchange.unifiedquota.enabled': value } } };
}

export function idOf(node: XmlNode): number {
  const id = Number(scalars(node)['id']);
  if (!Number.isInteger(id)) throw new Error(`no id in ${JSON.stringify(scalars(node))}`);
  return id;
}

/** The texts of a pattern as a regular expression that matches it literally. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
