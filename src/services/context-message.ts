import type { ContextFields } from '../provisioning/contexts/identify-contexts.js';
import type { ContextData } from '../provisioning/contexts/read-contexts.js';
import type { ContextReference } from '../provisioning/model/model.js';
import type { ResellerContext } from './generated/types.js';
import { showOwner, restrictionFields, showRestrictions } from './reseller-message.js';
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
    averageSizeMb: mbFromLong(message.average_size),
    gabMode: set(message.gabMode),
    customId: set(message.customid),
    loginMappings: (message.loginMappings ?? []).filter((mapping) => mapping !== ''),
    attributeChanges: attributeChanges(message.userAttributes),
    restrictions: restrictionFields(message.restriction),
  };
}

/** A context as getData shows it. */
export function showContext({ context, owner, filestore, usedBytes }: ContextData): ResellerContext {
  return {
    average_size: BigInt(context.averageSizeMb),
    enabled: context.enabled,
    filestoreId: context.filestoreId,
    filestore_name: filestore && `${context.id}_ctx_store`,
    id: context.id,
    loginMappings: [...context.loginMappings],
    maxQuota: BigInt(context.maxQuotaMb),
    name: context.name,
    usedQuota: longMbFromBytes(usedBytes),
    userAttributes: showAttributes(context.attributes),
    gabMode: context.gabMode,
    customid: context.customId,
    owner: owner && showOwner(owner),
    restriction: showRestrictions(context.restrictions),
    ...(owner && { sid: owner.id }),
  };
}
