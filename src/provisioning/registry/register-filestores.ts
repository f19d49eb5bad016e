import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { definedOnly } from '../../util/defined-only.js';
import { authorizePlatformMaster } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Filestore } from '../model/model.js';
import type { SentMb } from '../model/sent-mb.js';
import { isWholeMb, maxQuotaMbLimit } from '../quota/quota-values.js';
import type { FilestoreLoad } from '../repositories/registry-repository.js';
import { reservedMb } from './filestores.js';

/** Filestore fields of a request; undefined for absent members. Sizes in MB. */
export interface FilestoreFields {
  readonly id: number | undefined;
  readonly url: string | undefined;
  readonly sizeMb: SentMb | undefined;
  readonly maxContexts: number | undefined;
}

/** A file storage with what is counted in it. */
export interface FilestoreData {
  readonly filestore: Filestore;
  readonly load: FilestoreLoad;
  readonly reservedMb: number;
}

const defaultSizeMb = 1_000;
const defaultMaxContexts = 5_000;

/**
 * Registers a file storage, from which contexts and users then get theirs; answers its id.
 * Source: docs/contract/registry.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function registerFilestore(
  installation: Installation,
  fields: FilestoreFields | null,
  credentials: Credentials,
): Promise<number> {
  await authorizePlatformMaster(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const { url, maxContexts = defaultMaxContexts } = fields;
  if (url === undefined || url.trim() === '') throw errors.mandatoryFieldsMissing(['url']);
  const sizeMb = checkedSizeMb(fields) ?? defaultSizeMb;
  checkMaxContexts(maxContexts);
  await checkUrl(url);
  return reportingConflicts({ filestoreUrl: storageErrors.filestoreUrlTaken }, () =>
    installation.store.transaction(async ({ filestores }) => {
      const id = await filestores.takeNextId();
      await filestores.insert({ id, url, sizeMb, maxContexts });
      return id;
    }),
  );
}

/**
 * Changes what the request sets.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function changeFilestore(
  installation: Installation,
  fields: FilestoreFields | null,
  credentials: Credentials,
): Promise<void> {
  await authorizePlatformMaster(installation, credentials);
  const id = requireId(fields);
  const { url, maxContexts } = fields ?? {};
  const sizeMb = checkedSizeMb(fields);
  checkMaxContexts(maxContexts);
  const seen = await installation.store.read.filestores.find(id);
  if (seen === null) throw errors.noSuchFilestore(id);
  const newUrl = url?.trim() && url !== seen.url ? url : undefined;
  // Checks only a changed URL: clients send whole objects back, and a registered one may be unreachable from
  // here.
  if (newUrl !== undefined) await checkUrl(newUrl);
  await reportingConflicts({ filestoreUrl: storageErrors.filestoreUrlTaken }, () =>
    installation.store.transaction(async ({ filestores }) => {
      if ((await filestores.lock(id)) === null) throw errors.noSuchFilestore(id);
      await filestores.update(id, definedOnly({ url: newUrl, sizeMb, maxContexts }));
    }),
  );
}

/**
 * Forgets a file storage in which nobody lives. In use is InvalidData here.
 * Source: docs/contract/registry.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function unregisterFilestore(
  installation: Installation,
  fields: Pick<FilestoreFields, 'id'> | null,
  credentials: Credentials,
): Promise<void> {
  await authorizePlatformMaster(installation, credentials);
  const id = requireId(fields);
  await installation.store.transaction(async ({ filestores }) => {
    if ((await filestores.lock(id)) === null) throw errors.noSuchFilestore(id);
    const { contexts, users } = await filestores.load(id);
    if (contexts > 0 || users > 0) throw storageErrors.filestoreInUse(id);
    await filestores.delete(id);
  });
}

/**
 * The file storages whose url matches, with what is counted in them.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listFilestores(
  installation: Installation,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<FilestoreData[]> {
  await authorizePlatformMaster(installation, credentials);
  const found: FilestoreData[] = [];
  for (const filestore of await installation.store.read.filestores.search(pattern?.trim() ? pattern : '*')) {
    const load = await installation.store.read.filestores.load(filestore.id);
    found.push({ filestore, load, reservedMb: reservedMb(installation, load) });
  }
  return found;
}

function requireId(fields: Pick<FilestoreFields, 'id'> | null): number {
  if (fields === null) throw errors.missingArgument();
  if (fields.id === undefined) throw storageErrors.filestoreNotIdentified();
  return fields.id;
}

function checkedSizeMb(fields: Pick<FilestoreFields, 'sizeMb'> | null): number | undefined {
  const sizeMb = fields?.sizeMb;
  if (sizeMb === undefined || isWholeMb(sizeMb, 0)) return sizeMb;
  throw errors.invalidQuota(sizeMb, `0 or a number of MB up to ${maxQuotaMbLimit}`);
}

function checkMaxContexts(maxContexts: number | undefined): void {
  if (maxContexts !== undefined && maxContexts < 0) throw storageErrors.negativeNumber('maxContexts');
}

/** A `file:` url is an existing directory. What is behind others is not asked. Source: docs/contract/registry.md#2. */
async function checkUrl(url: string): Promise<void> {
  if (!URL.canParse(url)) throw storageErrors.filestoreUrlInvalid();
  if (new URL(url).protocol !== 'file:') return;
  const isDirectory = await Promise.resolve()
    .then(() => stat(fileURLToPath(url)))
    .then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (!isDirectory) throw storageErrors.filestoreNotADirectory();
}
