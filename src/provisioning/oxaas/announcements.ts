import { authorizeProvider, type Provider } from '../access/authorization.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { checkBytes, checkCount } from '../installation/object-bounds.js';
import type { Announcement } from '../repositories/mailbox-repository.js';

/**
 * Keeps an announcement of the caller as it was sent.
 * @throws ProvisioningError InvalidCredentials
 */
export async function createAnnouncement(
  installation: Installation,
  content: Announcement['content'],
  credentials: Credentials,
): Promise<Announcement> {
  const provider = await authorizeProvider(installation, credentials);
  const ownerId = provider.kind === 'reseller' ? provider.reseller.id : null;
  return installation.store.transaction(async ({ announcements }) => {
    // Taking an id blocks other takers until the transaction ends, so that all announcements are counted.
    const announcement = { id: await announcements.takeNextId(), ownerId, enabled: true, content };
    const { count, bytes } = await announcements.size(ownerId);
    const { maxAnnouncements, maxAnnouncementBytes } = installation.settings;
    checkCount('announcements', maxAnnouncements, count, count + 1);
    const ownBytes = Buffer.byteLength(JSON.stringify(content));
    checkBytes('announcements', maxAnnouncementBytes, bytes, bytes + ownBytes);
    await announcements.insert(announcement);
    return announcement;
  });
}

/**
 * The announcements of a reseller, all for the master admin.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listAnnouncements(
  installation: Installation,
  credentials: Credentials,
): Promise<Announcement[]> {
  const provider = await authorizeProvider(installation, credentials);
  return installation.store.read.announcements.list(
    provider.kind === 'reseller' ? provider.reseller.id : undefined,
  );
}

/**
 * Shows or hides an announcement.
 * @returns null if there is none of that id, or none of the caller's
 * @throws ProvisioningError InvalidCredentials
 */
export async function setAnnouncementEnabled(
  installation: Installation,
  id: number,
  enabled: boolean,
  credentials: Credentials,
): Promise<Announcement | null> {
  const provider = await authorizeProvider(installation, credentials);
  return installation.store.transaction(async ({ announcements }) => {
    const announcement = await announcements.lock(id);
    if (announcement === null || !isOwn(provider, announcement)) return null;
    await announcements.setEnabled(id, enabled);
    return { ...announcement, enabled };
  });
}

/**
 * @returns false if there is none of that id, or none of the caller's
 * @throws ProvisioningError InvalidCredentials
 */
export async function deleteAnnouncement(
  installation: Installation,
  id: number,
  credentials: Credentials,
): Promise<boolean> {
  const provider = await authorizeProvider(installation, credentials);
  return installation.store.transaction(async ({ announcements }) => {
    const announcement = await announcements.lock(id);
    if (announcement === null || !isOwn(provider, announcement)) return false;
    await announcements.delete(id);
    return true;
  });
}

function isOwn(provider: Provider, { ownerId }: Announcement): boolean {
  return provider.kind === 'master' || ownerId === provider.reseller.id;
}
