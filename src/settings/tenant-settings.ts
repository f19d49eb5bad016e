import { docs, oneOf } from './setting-types.js';

/** Settings that separate customers from each other. */
export const tenantSettings = {
  MAIL_ADDRESS_SCOPE: oneOf('platform', 'context').prefault('platform').register(docs, {
    meaning:
      'Scope in which a mail address has one owner: the whole platform, or its context (the rule of the original).',
    allowed: 'platform or context',
  }),
  MAIL_DOMAIN_RULE: oneOf('approved', 'owned', 'off').prefault('approved').register(docs, {
    meaning:
      'Rule for the first use of a mail domain: only by master admin and resellers, who so approve it (approved), by the first who uses it (owned), or by everybody (off, the way of the original).',
    allowed: 'approved, owned or off',
  }),
  SELF_CHANGE: oneOf('own', 'original').prefault('own').register(docs, {
    meaning:
      'Fields that ordinary users may change themselves with their own password: personal ones (names, password, phones, postal addresses, language and the like), or all (the rule of the original).',
    allowed: 'own or original',
  }),
  CONTEXT_NAME_PREFIX: oneOf('login', 'none').prefault('none').register(docs, {
    meaning:
      'Prefix of the names of contexts that a reseller creates: its login and an underscore (login, the rule of OX Cloud), or anything (none).',
    allowed: 'login or none',
  }),
};
