import { expect } from 'chai';
import { sqliteFile } from '../../support/database/databases.js';
import { FileUsage } from '../../support/file-usage.js';
import {
  expectDone,
  returnedOne,
  type Credentials,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { idOf, World } from '../fixtures.js';

const quick = { passwordMech: 'SHA-512' };

/** The moves of a user's files, with parameters that fit a fresh world. */
export const userMoves = {
  moveFromContextToUserFilestore: { dst_filestore_id: { id: 1 }, max_quota: 5 },
  moveFromUserToContextFilestore: {},
  moveFromMasterToUserFilestore: { masterUser: { id: 2 }, dst_filestore_id: { id: 1 }, max_quota: 5 },
  moveFromUserFilestoreToMaster: { masterUser: { id: 2 } },
  moveUserFilestore: { dst_filestore_id: { id: 1 } },
} as const satisfies Record<string, SoapParams>;

export type UserMove = keyof typeof userMoves;

/** A world with a second file storage, and what is counted in it. */
export class Storages {
  private number = 0;
  private constructor(
    readonly world: World,
    readonly usage: FileUsage,
    readonly second: number,
  ) {}

  static async start(): Promise<Storages> {
    const databaseUrl = await sqliteFile.url();
    const world = await World.start({}, databaseUrl);
    const answer = await world.soap.call(
      'OXUtilService',
      'registerFilestore',
      { fstore: { url: 's3://second', size: 100_000 } },
      world.master,
    );
    return new Storages(world, new FileUsage(databaseUrl), idOf(returnedOne(answer)));
  }

  async stop(): Promise<void> {
    this.usage.close();
    await this.world.stop();
  }

  newContext(): Promise<number> {
    return this.world.newContext(`reseller1_moves${++this.number}`);
  }

  newUser(contextId: number, more: SoapParams = {}): Promise<number> {
    return this.world.newUser(`mover${++this.number}`, { ...quick, ...more }, contextId);
  }

  move(
    contextId: number,
    operation: UserMove,
    id: number,
    more: SoapParams = {},
    service = 'OXResellerUserService',
    as: Credentials = this.world.reseller,
  ): Promise<SoapAnswer> {
    const params = { ctx: { id: contextId }, user: { id }, ...userMoves[operation], ...more };
    return this.world.soap.call(service, operation, params, as);
  }

  async moved(contextId: number, operation: UserMove, id: number, more: SoapParams = {}): Promise<number> {
    const answer = await this.move(contextId, operation, id, more);
    expectDone(answer);
    const [response] = answer.body.children;
    expect({ name: response?.local, holds: response?.children }).to.deep.equal({
      name: `${operation}Response`,
      holds: [],
    });
    return Number(response?.text);
  }

  async read(contextId: number, id: number) {
    const answer = await this.world.users('getData', { ctx: { id: contextId }, user: { id } });
    const { filestoreId, maxQuota, usedQuota, mailenabled } = scalars(returnedOne(answer));
    return { filestoreId, maxQuota, usedQuota, mailenabled };
  }
}
