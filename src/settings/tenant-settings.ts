import { docs, oneOf } from './setting-types.js';

/** Settings that separate customers from each other. */
export const tenantSettings = {
  MAIL_ADDRESS_SCOPE: oneOf('platform', 'context').prefault('platform').register(docs, {
    meaning:
      'Where a mail address may have only one owner: everywhere, or in its context (the rule of the original).',
    allowed: 'platform or context',
  }),
  MAIL_DOMAIN_RULE: oneOf('approved', 'owned', 'off').prefault('approved').register(docs, {
    meaning:
      'Who may begin to use a mail domain: master admin and resellers, who so approve it (approved), whoever is first (owned), or everybody (off, the way of the original).',
    allowed: 'approved, owned or off',
  }),
  SELF_CHANGE: oneOf('own', 'original').prefault('own').register(docs, {
    meaning:
      'What an ordinary user may change of himself with his own password: what is his (names, password, phones, postal addresses, language and the like), or everything (the rule of the original).',
    allowed: 'own or original',
  }),
  CONTEXT_NAME_PREFIX: oneOf('login', 'none').prefault('none').register(docs, {
    meaning:
      'What the names of contexts that a reseller creates begin with: its login and an underscore (login, the rule of OX Cloud), or anything (none).',
    allowed: 'login or none',
  }),
};
