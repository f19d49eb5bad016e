import type { ToolOption } from './tool.js';

export const contextOptions: readonly ToolOption[] = [
  { name: 'contextid', short: 'c', argument: 'id', meaning: 'the id of the context' },
  { name: 'contextname', short: 'N', argument: 'name', meaning: 'the name of the context' },
];

export const combinationOption: ToolOption = {
  name: 'access-combination-name',
  argument: 'name',
  meaning: 'a set of modules, such as groupware_standard',
};

/** Fields of a user, also of the admin of a new context. */
export const userFieldOptions: readonly ToolOption[] = [
  { name: 'username', short: 'u', argument: 'name', meaning: 'the login', field: 'name' },
  { name: 'displayname', short: 'd', argument: 'name', meaning: 'the display name', field: 'display_name' },
  { name: 'givenname', short: 'g', argument: 'name', meaning: 'the given name', field: 'given_name' },
  { name: 'surname', short: 's', argument: 'name', meaning: 'the surname', field: 'sur_name' },
  {
    name: 'password',
    short: 'p',
    argument: 'password',
    meaning: 'the password; better in the environment, as NEW_USER_PASSWORD',
    field: 'password',
  },
  {
    name: 'email',
    short: 'e',
    argument: 'address',
    meaning: 'the primary mail address',
    field: 'primaryEmail',
  },
  { name: 'timezone', short: 't', argument: 'zone', meaning: 'such as Europe/Berlin', field: 'timezone' },
  { name: 'department', short: 'x', argument: 'text', meaning: 'the department', field: 'department' },
  { name: 'company', short: 'z', argument: 'text', meaning: 'the company', field: 'company' },
  {
    name: 'aliases',
    short: 'a',
    argument: 'list',
    meaning: 'mail addresses, separated by commas',
    field: 'aliases',
  },
];

/** Fields of users that are no context admins in the making. */
export const moreUserOptions: readonly ToolOption[] = [
  { name: 'language', short: 'l', argument: 'language', meaning: 'such as en_US', field: 'language' },
  {
    name: 'quota',
    short: 'q',
    argument: 'MB',
    meaning: "of the user's own file storage; -1: unlimited",
    field: 'maxQuota',
  },
];

export const userIdOption: ToolOption = {
  name: 'userid',
  short: 'i',
  argument: 'id',
  meaning: 'the id of the user',
};
