import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  deleteMailDomain,
  getMailDomain,
  handOverMailDomain,
  listMailDomains,
  listMailDomainsOfContext,
  putMailDomain,
} from '../../../provisioning/oxaas/administer-mail-domains.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import type { MailDomain, MailDomainOwner } from '../../../provisioning/repositories/mailbox-repository.js';
import { noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { page, pageOf } from '../engine/rest-schemas.js';
import { ProblemError, type BasicCredentials } from '../engine/rest.js';
import { member } from './provisioning-schemas.js';

const owner = z
  .strictObject({
    contextId: member.id
      .nullable()
      .meta({ description: 'The context that owns it; null: a reseller or the provider' }),
    resellerId: member.id
      .nullable()
      .meta({ description: 'The reseller that owns it; null: a context or the provider' }),
  })
  .refine((sent) => sent.contextId === null || sent.resellerId === null, 'a domain has one owner')
  .meta({
    id: 'MailDomainOwner',
    description: 'Both null: the provider',
    examples: [{ contextId: 1, resellerId: null }],
  });

const state = z
  .enum(['active', 'suspended', 'waiting'])
  .meta({ description: 'Only the mail of an active domain is delivered; a waiting one is not approved yet' });
const isShared = z.boolean().meta({ description: 'Whether every context of the platform may use it' });

const mailDomain = z
  .strictObject({
    domain: z.string().meta({ description: 'In lower case and ASCII form' }),
    owner,
    isShared,
    isApproved: z.boolean().meta({ description: 'Whether the provider or a reseller approved it' }),
    state,
  })
  .meta({ id: 'MailDomain' });

const mailDomainWithContexts = mailDomain
  .extend({ contextIds: z.array(member.id).meta({ description: 'The contexts that may use it' }) })
  .meta({ id: 'MailDomainWithContexts' });

const mailDomainChange = z
  .strictObject({ state, isShared, owner })
  .partial()
  .meta({
    id: 'MailDomainChange',
    description:
      'Absent members stay; a new domain is active, not shared, and belongs to whoever approves it',
    examples: [{ state: 'active', owner: { contextId: 1, resellerId: null } }],
  });

const tag = 'Mail domains';
const noSuchDomain = new ProblemError({ status: 404, detail: 'There is no such mail domain' });

/** Mail domains: which there are, whose they are, and whether their mail is delivered. */
export function mailDomainRoutes(route: AddRoute<BasicCredentials>, installation: Installation): void {
  const one = '/mail-domains/{mailDomain}';
  const as = <T>(caller: BasicCredentials, run: () => Promise<T>) =>
    tellingRights(installation, caller, null, run);
  const read = async (domain: string, caller: BasicCredentials) => {
    const found = await as(caller, () => getMailDomain(installation, domain, caller));
    if (found === null) throw noSuchDomain;
    return { ...showMailDomain(found), contextIds: found.contextIds };
  };
  const part = { offset: page.offset, limit: page.limit };

  route(
    'get',
    '/mail-domains',
    {
      id: 'listMailDomains',
      tag,
      summary: 'List the mail domains within reach',
      query: part,
      answers: { 200: pageOf(mailDomain) },
    },
    async ({ query, caller }) => {
      const { offset, limit } = query();
      return ok(
        pageOfDomains(
          await as(caller, () => listMailDomains(installation, beyond(offset, limit), caller)),
          offset,
          limit,
        ),
      );
    },
  );
  route(
    'get',
    '/contexts/{contextId}/mail-domains',
    {
      id: 'listMailDomainsOfContext',
      tag,
      summary: 'List the mail domains that a context may use',
      query: part,
      answers: { 200: pageOf(mailDomain) },
    },
    async ({ params: { contextId }, query, caller }) => {
      const { offset, limit } = query();
      const list = () => listMailDomainsOfContext(installation, contextId, beyond(offset, limit), caller);
      return ok(pageOfDomains(await tellingRights(installation, caller, contextId, list), offset, limit));
    },
  );
  route(
    'get',
    one,
    { id: 'getMailDomain', tag, summary: 'Read a mail domain', answers: { 200: mailDomainWithContexts } },
    async ({ params, caller }) => ok(await read(params.mailDomain, caller)),
  );
  route(
    'put',
    one,
    {
      id: 'putMailDomain',
      tag,
      summary: 'Approve or change a mail domain',
      description: 'Another owner is only the owner: whoever may use the domain still may.',
      body: mailDomainChange,
      answers: { 200: mailDomainWithContexts },
    },
    async ({ params, body, caller }) => {
      const { owner: wanted, ...fields } = body();
      const change = { ...fields, owner: wanted && ownerOf(wanted) };
      await as(caller, () => putMailDomain(installation, params.mailDomain, change, caller));
      return ok(await read(params.mailDomain, caller));
    },
  );
  route(
    'put',
    '/mail-domains/{mailDomain}/owner',
    {
      id: 'handOverMailDomain',
      tag,
      summary: 'Hand a mail domain over',
      description:
        'Everybody else loses it: forwards and catch-alls of other contexts are deleted, their addresses get no mail until they are changed.',
      body: owner,
      answers: { 204: null },
    },
    async ({ params, body, caller }) => {
      const wanted = ownerOf(body());
      if (!(await as(caller, () => handOverMailDomain(installation, params.mailDomain, wanted, caller))))
        throw noSuchDomain;
      return noContent;
    },
  );
  route(
    'delete',
    one,
    {
      id: 'deleteMailDomain',
      tag,
      summary: 'Delete a mail domain without addresses',
      answers: { 204: null },
    },
    async ({ params, caller }) => {
      if (!(await as(caller, () => deleteMailDomain(installation, params.mailDomain, caller))))
        throw noSuchDomain;
      return noContent;
    },
  );
}

/** One more than is wanted tells whether there is another part. */
function beyond(offset: number, limit: number) {
  return { offset, length: limit + 1 };
}

function pageOfDomains(found: readonly MailDomain[], offset: number, limit: number) {
  return {
    items: found.slice(0, limit).map(showMailDomain),
    nextOffset: found.length > limit ? offset + limit : null,
  };
}

function ownerOf({ contextId, resellerId }: z.output<typeof owner>): MailDomainOwner {
  if (contextId !== null) return { kind: 'context', contextId };
  return resellerId === null ? { kind: 'provider' } : { kind: 'reseller', resellerId };
}

function showMailDomain({ domain, owner: of, isShared: shared, isApproved, state: at }: MailDomain) {
  return {
    domain,
    owner: {
      contextId: of.kind === 'context' ? of.contextId : null,
      resellerId: of.kind === 'reseller' ? of.resellerId : null,
    },
    isShared: shared,
    isApproved,
    state: at,
  };
}
