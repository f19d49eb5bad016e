import type { ProfileValue } from './model.js';

/** OX: semantics 1.1/5, exactly one underscore. */
export function isLanguage(language: string): boolean {
  return language.split('_').length === 2;
}

/** Asking ICU costs more than all other checks of a new user together, and users live in few zones. */
const knownTimezones = new Set<string>();
const mostKnownTimezones = 1_000;

/** Whether a time zone id is known, e.g. `Europe/Berlin`. */
export function isTimezone(timezone: string): boolean {
  if (knownTimezones.has(timezone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    return false;
  }
  if (knownTimezones.size < mostKnownTimezones) knownTimezones.add(timezone);
  return true;
}

/** Sent, trash and drafts by upper-cased language; the rest is the same everywhere. OX: semantics 1.4. */
const folderNames: Readonly<Record<string, readonly [sent: string, trash: string, drafts: string]>> = {
  EN_US: ['Sent Items', 'Trash', 'Drafts'],
  DE_DE: ['Gesendete Objekte', 'Papierkorb', 'Entwürfe'],
};

/** The mail folder names that a new user gets, as members of its profile. */
export function defaultMailFolders(language: string): Record<string, ProfileValue> {
  const [sent, trash, drafts] = folderNames[language.toUpperCase()] ?? ['Sent', 'Trash', 'Drafts'];
  return {
    mail_folder_sent_name: sent,
    mail_folder_trash_name: trash,
    mail_folder_drafts_name: drafts,
    mail_folder_spam_name: 'Spam',
    mail_folder_confirmed_spam_name: 'confirmed-spam',
    mail_folder_confirmed_ham_name: 'confirmed-ham',
  };
}
