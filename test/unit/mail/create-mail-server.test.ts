import { expect } from 'chai';
import { createMailServer } from '../../../src/mail/create-mail-server.js';
import { DovecotMailServer } from '../../../src/mail/dovecot-mail-server.js';
import { readConfig } from '../../../src/settings/read-config.js';

describe('the mail server of the settings', () => {
  const url = 'http://127.0.0.1:8080';
  const create = (env: Record<string, string>) => createMailServer(readConfig(env));

  it('is none unless one is named', () => {
    expect(create({})).to.equal(null);
    expect(create({ DOVEADM_URL: url, DOVEADM_API_KEY: 'key' })).to.equal(null);
  });

  it('is Dovecot over HTTP or through its program', () => {
    for (const env of [
      { DOVEADM_URL: url, DOVEADM_API_KEY: 'key' },
      { DOVEADM_COMMAND: '/usr/bin/doveadm -c /etc/dovecot/dovecot.conf' },
    ])
      expect(create({ MAIL_SERVER: 'dovecot', ...env })).to.be.instanceOf(DovecotMailServer);
  });

  const refused: [Record<string, string>, string][] = [
    [{}, 'MAIL_SERVER=dovecot needs DOVEADM_URL and DOVEADM_API_KEY, or DOVEADM_COMMAND'],
    [{ DOVEADM_URL: url }, 'DOVEADM_URL needs DOVEADM_API_KEY'],
    [
      { DOVEADM_URL: url, DOVEADM_API_KEY: 'key', DOVEADM_COMMAND: '/usr/bin/doveadm' },
      'DOVEADM_URL and DOVEADM_COMMAND are both set: choose one',
    ],
  ];
  for (const [env, text] of refused) {
    it(`is refused: ${text}`, () => {
      expect(() => create({ MAIL_SERVER: 'dovecot', ...env })).to.throw(text);
    });
  }
});
