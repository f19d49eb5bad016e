import type { ContextFields } from '../provisioning/contexts/identify-contexts.js';
import type { ContextData } from '../provisioning/contexts/read-contexts.js';
import type { ContextReference } from '../provisioning/model/model.js';
import type { ResellerContext } from './generated/types.js';
import { showOwner, restrictionFields, showRestrictions } from './reseller-message.js';
import { unlimitedMb } from '../provisioning/quota/quota-values.js';
import { attributeChanges, longMbFromBytes, mbFromLong, set, showAttributes } from './wire-values.js';

/** Context reference of a message. */
export function contextReference({ id, name }: ResellerContext): ContextReference {
  return { id, name };
}

/**
 * Context fields of a message. Ignored are read-only members (usedQuota, databases, filestore_name, enabled,
 * owner).
 */
export function contextFields(message: ResellerContext): ContextFields {
  return {
    id: set(message.id),
    name: set(message.name),
    maxQuotaMb: mbFromLong(message.maxQuota),
    filestoreId: set(message.filestoreId),
    gabMode: set(message.gabMode),
    customId: set(message.customid),
    loginMappings: (message.loginMappings ?? []).filter((mapping) => mapping !== ''),
    attributeChanges: attributeChanges(message.userAttributes),
    restrictions: restrictionFields(message.restriction),
  };
}

/**
 * A context as getData shows it, without the mapping of its id.
 * @param masterLogin the name of the master admin, who owns what no reseller owns
 * @param isMaster whether the master admin asks, to whom `sid` is 0
 */
export function showContext(data: ContextData, masterLogin: string, isMaster: boolean): ResellerContext {
  const { context, owner } = data;
  return {
    ...showListedContext(data),
    loginMappings: context.loginMappings.filter((mapping) => mapping !== String(context.id)),
    owner: owner === null ? { name: masterLogin, id: 0 } : showOwner(owner),
    sid: isMaster ? 0 : (owner?.id ?? 0),
  };
}

/** A context as the lists show it. */
export function showListedContext({ context, owner, filestore, usedBytes }: ContextData): ResellerContext {
  return {
    average_size: BigInt(context.averageSizeMb),
    enabled: context.enabled,
    filestoreId: context.filestoreId,
    filestore_name: filestore && `${context.id}_ctx_store`,
    id: context.id,
    loginMappings: [...context.loginMappings],
    maxQuota: context.maxQuotaMb === unlimitedMb ? null : BigInt(context.maxQuotaMb),
    name: context.name,
    usedQuota: longMbFromBytes(usedBytes),
    userAttributes: showAttributes(context.attributes),
    customid: context.customId,
    owner: owner === null ? {} : { name: owner.name },
    restriction: showRestrictions(context.restrictions),
    sid: 0,
  };
}

/**
 * The answer of the create operations: the request completed.
 * Source: docs/contract/contexts.md#1.
 */
export function showCreatedContext(request: ResellerContext, data: ContextData): ResellerContext {
  const { context } = data;
  const { entries = [] } = request.userAttributes ?? {};
  return {
    ...showListedContext(data),
    average_size: request.average_size ?? null,
    maxQuota: request.maxQuota ?? null,
    usedQuota: request.usedQuota ?? null,
    userAttributes: {
      entries: entries.some(({ key }) => key === 'config')
        ? entries
        : [...entries, { key: 'config', value: {} }],
    },
    gabMode: gabModes.find((mode) => mode === context.gabMode?.toUpperCase()) ?? null,
    owner: null,
  };
}

const gabModes = ['GLOBAL', 'INDIVIDUAL'] as const;
