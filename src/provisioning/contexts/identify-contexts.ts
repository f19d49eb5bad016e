import {
  authorizeContextOwner,
  authorizeProvider,
  authorizeProviderOnContext,
  isOtherReseller,
  type Provider,
} from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { AttributeChange, Context, ContextReference } from '../model/model.js';
import type { SentMb } from '../model/sent-mb.js';
import type { RestrictionFields } from '../resellers/restrictions.js';

/**
 * Faults for a context that cannot be found, which differ between operations.
 * Source: docs/contract/authentication.md#3.
 */
export interface ContextFaults {
  /** The request has no context at all. */
  readonly missing: () => Error;
  /** It has one, with neither id nor name. */
  readonly unnamed: () => Error;
  readonly unknownId: (contextId: number) => Error;
  readonly unknownName: (name: string) => Error;
}

const usualFaults: ContextFaults = {
  missing: errors.contextMissing,
  unnamed: errors.contextNotIdentified,
  unknownId: errors.noSuchContext,
  unknownName: errors.noSuchContextName,
};

/**
 * Finds the context that a request names and authorises the caller to act on it as a whole.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function authorizeOnContext(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
  faults: Partial<ContextFaults> = {},
): Promise<{ provider: Provider; context: Context }> {
  const { missing, unnamed, unknownId, unknownName } = { ...usualFaults, ...faults };
  if (reference === null) throw await missingContext(installation, credentials, missing);
  if (!reference.id && !reference.name) throw unnamed();
  const contextId = await resolveContextId(installation, reference, credentials, unknownName);
  return authorizeContextOwner(installation, credentials, contextId, unknownId);
}

/** Tells only authenticated callers that a context is missing. */
export async function missingContext(
  installation: Installation,
  credentials: Credentials,
  fault: () => Error = usualFaults.missing,
): Promise<Error> {
  await authorizeProvider(installation, credentials);
  return fault();
}

/**
 * Context id of a request; an id is not checked to exist. The original resolves a name before it
 * authenticates. Here nobody learns unauthenticated whether a name exists (docs/contract/choices.md#4). To a
 * reseller the names of others do not exist.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function resolveContextId(
  installation: Installation,
  reference: ContextReference,
  credentials: Credentials,
  unknownName: ContextFaults['unknownName'] = usualFaults.unknownName,
): Promise<number> {
  if (reference.id) return reference.id;
  const id = await findContextIdByName(installation, reference.name);
  if (id !== null && !(await isOtherReseller(installation, credentials, id))) return id;
  await authorizeProviderOnContext(installation, credentials);
  throw unknownName(reference.name ?? '');
}

/**
 * The id behind a context's name, null for an unknown one.
 * @throws ProvisioningError InvalidData when there is no name either
 */
export async function findContextIdByName(
  installation: Pick<Installation, 'store'>,
  name: string | null | undefined,
): Promise<number | null> {
  if (!name) throw errors.contextNotIdentified();
  return installation.store.read.contexts.findIdByName(name);
}

/** Context fields of a request. Absent and nil are the same: not set, on change untouched. */
export interface ContextFields {
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly maxQuotaMb?: SentMb | undefined;
  readonly filestoreId?: number | undefined;
  readonly gabMode?: string | undefined;
  readonly customId?: string | undefined;
  /** An empty list says nothing; none of them is an empty text. */
  readonly loginMappings: readonly string[];
  readonly attributeChanges: readonly AttributeChange[];
  /** An empty list says nothing. */
  readonly restrictions: readonly RestrictionFields[];
}
