import type { Attributes, ProfileValue, User } from '../model/model.js';
import { configNamespace } from '../quota/config-cascade.js';

/** Members of the profile that every user shows, whether they were set or not. Source: docs/contract/wire.md#4. */
export const unsetProfile: User['profile'] = {
  convert_drive_user_folders: false,
  gui_spam_filter_enabled: false,
  load_remote_mail_content_by_default: false,
  mail_folder_archive_full_name: '',
  primaryAccountName: 'E-Mail',
  uploadFileSizeLimit: -1,
  uploadFileSizeLimitPerFile: -1,
};

/** What earlier versions stored with every new user, unless the request said otherwise. */
const formerDefaults: Readonly<Record<string, readonly ProfileValue[]>> = {
  folderTree: [1],
  gui_spam_filter_enabled: [true],
  mail_folder_sent_name: ['Sent Items', 'Gesendete Objekte', 'Sent'],
  mail_folder_trash_name: ['Trash', 'Papierkorb'],
  mail_folder_drafts_name: ['Drafts', 'Entwürfe'],
  mail_folder_spam_name: ['Spam'],
  mail_folder_confirmed_spam_name: ['confirmed-spam'],
  mail_folder_confirmed_ham_name: ['confirmed-ham'],
};

/** The profile of a user without what a former version put into it: a user of then reads like one of today. */
export function ownProfileOf({ profile }: Pick<User, 'profile'>): User['profile'] {
  const isFormer = profile['folderTree'] === 1 && profile['mail_folder_confirmed_ham_name'] !== undefined;
  if (!isFormer) return profile;
  return Object.fromEntries(
    Object.entries(profile).filter(([name, value]) => formerDefaults[name]?.includes(value) !== true),
  );
}

/** The property that the original gives to every user: its special mail folders are to be looked for. */
const specialUse = { key: 'com.openexchange.mail.specialuse.check', value: 'true' } as const;

const onlySpecialUse: Attributes = new Map([
  [configNamespace, new Map([[specialUse.key, specialUse.value]])],
]);

/** The attributes of a user as they are shown: with the one that every user has. */
export function shownAttributes({ attributes }: Pick<User, 'attributes'>): Attributes {
  if (attributes.size === 0) return onlySpecialUse;
  const properties = attributes.get(configNamespace) ?? new Map<string, string>();
  if (properties.has(specialUse.key)) return attributes;
  return new Map([
    ...attributes,
    [configNamespace, new Map([[specialUse.key, specialUse.value], ...properties])],
  ]);
}
