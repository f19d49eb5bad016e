import {
  envelope,
  operationXml,
  RawSoap,
  returnedOne,
  type SoapParams,
} from '../../test/support/wire/raw-soap.js';
import { adminData, idOf, userData } from '../../test/wire/fixtures.js';

const service = 'OXResellerUserService';
const reseller = { login: 'soak', password: 'soak-Secret-1' };
const users = 50;

/** One request as it is sent. */
export interface Post {
  readonly path: string;
  readonly body: string;
}

/** What good clients and guessers send. */
export interface Requests {
  readonly good: () => Post;
  readonly guess: Post;
}

/** Makes a reseller, a context and users, and requests about them: mostly reads, and every tenth one a change. */
export async function prepareRequests(
  url: string,
  master: { login: string; password: string },
): Promise<Requests> {
  const soap = new RawSoap(url);
  const adm = { name: reseller.login, displayname: 'Soak', password: reseller.password };
  returnedOne(await soap.call('OXResellerService', 'create', { adm }, master));
  const context = { ctx: { name: 'soak', maxQuota: 1_000 }, admin_user: adminData('soak') };
  const ctx = {
    id: idOf(returnedOne(await soap.call('OXResellerContextService', 'create', context, reseller))),
  };
  const ids: number[] = [];
  for (let number = 0; number < users; number++) {
    const usrdata = userData(`user${number}`);
    ids.push(idOf(returnedOne(await soap.call(service, 'create', { ctx, usrdata }, reseller))));
  }
  const post = (operation: string, params: SoapParams, as = reseller): Post => ({
    path: `/webservices/${service}`,
    body: envelope(operationXml(service, operation, { ctx, ...params }, as)),
  });
  const reads = ids.map((id) => post('getData', { user: { id } }));
  const changes = ids.map((id) => post('change', { usrdata: { id, given_name: `Given ${id}` } }));
  const any = (posts: readonly Post[]): Post => {
    const post = posts[Math.floor(Math.random() * posts.length)];
    if (post === undefined) throw new Error('nothing to send');
    return post;
  };
  return {
    good: () => any(Math.random() < 0.1 ? changes : reads),
    guess: post('getData', { user: { id: ids[0] ?? 0 } }, { ...reseller, password: 'wrong' }),
  };
}
