import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  createAnnouncement,
  deleteAnnouncement,
  listAnnouncements,
  setAnnouncementEnabled,
} from '../../../provisioning/oxaas/announcements.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import type { Announcement } from '../../../provisioning/repositories/mailbox-repository.js';
import { ok, type AddRoute } from '../engine/rest-operation.js';
import { id } from '../engine/rest-schemas.js';
import { ProblemError, type BasicCredentials } from '../engine/rest.js';

const json = z.json().meta({ id: 'Json', description: 'Any JSON' });

const announcement = z.object({ id, enabled: z.boolean() }).catchall(json).meta({
  id: 'Announcement',
  description: 'Announcement as sent by its author, with its id and visibility',
});

/** Texts for end users: each reseller's own, all of them for the master admin. */
export function announcementRoutes(route: AddRoute<BasicCredentials>, installation: Installation): void {
  const path = '/admin/announcements';
  const tag = 'Announcements';
  const list = async (caller: BasicCredentials) =>
    (await tellingRights(installation, caller, null, () => listAnnouncements(installation, caller))).map(
      show,
    );

  route(
    'post',
    path,
    {
      id: 'createAnnouncement',
      tag,
      summary: 'Announce something to end users',
      body: z.record(z.string(), json).meta({ examples: [{ text: 'Maintenance tonight' }] }),
      answers: { 200: announcement },
    },
    async ({ body, caller }) => {
      const content = body();
      return ok(
        show(
          await tellingRights(installation, caller, null, () =>
            createAnnouncement(installation, content, caller),
          ),
        ),
      );
    },
  );
  route(
    'get',
    path,
    { id: 'listAnnouncements', tag, summary: 'All announcements', answers: { 200: z.array(announcement) } },
    async ({ caller }) => ok(await list(caller)),
  );
  route(
    'get',
    `${path}/{announcementId}`,
    {
      id: 'getAnnouncement',
      tag,
      summary: 'One announcement, or with * all of them',
      answers: { 200: z.union([announcement, z.array(announcement)]) },
    },
    async ({ params, caller }) => {
      const all = await list(caller);
      if (params.announcementId === '*') return ok(all);
      const found = all.find((one) => one.id === params.announcementId);
      if (found === undefined) throw noSuchAnnouncement();
      return ok(found);
    },
  );
  route(
    'delete',
    `${path}/{announcementId}`,
    {
      id: 'deleteAnnouncement',
      tag,
      summary: 'Delete an announcement',
      answers: { 200: z.strictObject({ id }) },
    },
    async ({ params, caller }) => {
      const announcementId = idIn(params);
      const deleted = await tellingRights(installation, caller, null, () =>
        deleteAnnouncement(installation, announcementId, caller),
      );
      if (!deleted) throw noSuchAnnouncement();
      return ok({ id: announcementId });
    },
  );
  const switches = [
    { verb: 'enable', enabled: true, summary: 'Show an announcement' },
    { verb: 'disable', enabled: false, summary: 'Show an announcement no longer' },
  ] as const;
  for (const { verb, enabled, summary } of switches)
    route(
      'put',
      `${path}/${verb}/{announcementId}`,
      { id: `${verb}Announcement`, tag, summary, answers: { 200: announcement } },
      async ({ params, caller }) => {
        const announcementId = idIn(params);
        const changed = await tellingRights(installation, caller, null, () =>
          setAnnouncementEnabled(installation, announcementId, enabled, caller),
        );
        if (changed === null) throw noSuchAnnouncement();
        return ok(show(changed));
      },
    );
}

function show({ id: number, enabled, content }: Announcement) {
  return { ...content, id: number, enabled };
}

/** @throws ProblemError 404 for what stands for all: only reading takes that */
function idIn({ announcementId }: { readonly announcementId: number | '*' }): number {
  if (announcementId === '*') throw noSuchAnnouncement();
  return announcementId;
}

function noSuchAnnouncement(): ProblemError {
  return new ProblemError({ status: 404, detail: 'There is no such announcement' });
}
