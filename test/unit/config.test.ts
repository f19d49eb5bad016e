import { expect } from 'chai';
import { ConfigError, describeSettings, readConfig } from '../../src/settings/read-config.js';

function complaint(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

describe('configuration', () => {
  it('has the defaults that the outside relies on', () => {
    expect(readConfig({})).to.include({
      host: '127.0.0.1',
      port: 9009,
      databaseUrl: 'sqlite:./data/oxbow.db',
      masterLogin: 'oxadminmaster',
      masterPassword: null,
      publicUrl: null,
      trustProxy: false,
      lenientRequests: false,
      maxBodyBytes: 2 * 1024 * 1024,
      usernameChangeable: true,
      checkUserUidRegexp: '[$@%\\.+a-zA-Z0-9_-]',
      defaultPasswordMechanism: 'BCRYPT',
      mailAddressScope: 'platform',
      mailDomainRule: 'approved',
      contextNamePrefix: 'none',
      selfChange: 'own',
      unifiedQuotaDeleteVeto: 'always',
      newContextDefaultAccessCombinationName: 'webmail_plus',
    });
  });

  it('COMPATIBILITY=original is the default of the settings that bring back its way, each set by itself if wished', () => {
    expect(readConfig({ COMPATIBILITY: 'Original', SELF_CHANGE: 'own', MAIL_DOMAIN_RULE: '' })).to.include({
      compatibility: 'original',
      masterAccountOverride: false,
      usernameChangeable: false,
      allowChangingQuotaIfNoFilestoreSet: false,
      defaultPasswordMechanism: 'SHA-256',
      mailAddressScope: 'context',
      mailDomainRule: 'off',
      selfChange: 'own',
      unifiedQuotaDeleteVeto: 'moves',
    });
    expect(() => readConfig({ COMPATIBILITY: 'ox' })).to.throw('COMPATIBILITY "ox" is not allowed');
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', MASTER_PASSWORD: '', PUBLIC_URL: '' })).to.include({
      port: 9009,
      masterPassword: null,
      publicUrl: null,
    });
  });

  it('reads booleans and choices in any case', () => {
    const config = readConfig({ USERNAME_CHANGEABLE: 'False', LOG_LEVEL: 'DEBUG', LENIENT_REQUESTS: 'TRUE' });
    expect(config).to.include({ usernameChangeable: false, logLevel: 'debug', lenientRequests: true });
  });

  it('reads password mechanisms with and without braces', () => {
    for (const text of ['{sha-256}', 'SHA-256', 'Sha-256']) {
      expect(readConfig({ DEFAULT_PASSWORD_MECHANISM: text }).defaultPasswordMechanism).to.equal('SHA-256');
    }
  });

  it('reads every form of TRUST_PROXY', () => {
    const trustProxy = (text: string) => readConfig({ TRUST_PROXY: text }).trustProxy;
    expect(trustProxy('true')).to.equal(true);
    expect(trustProxy('2')).to.equal(2);
    expect(trustProxy('loopback, 10.0.0.0/8, fd00::/8, 192.0.2.7')).to.deep.equal([
      'loopback',
      '10.0.0.0/8',
      'fd00::/8',
      '192.0.2.7',
    ]);
  });

  it('reads CORS_ORIGINS as browsers write origins', () => {
    const { corsOrigins } = readConfig({ CORS_ORIGINS: 'https://A.example.org:443/, http://b.example:8080' });
    expect(corsOrigins).to.deep.equal(['https://a.example.org', 'http://b.example:8080']);
  });

  it('keeps PUBLIC_URL without a trailing slash', () => {
    expect(readConfig({ PUBLIC_URL: 'https://ox.example.org/base/' }).publicUrl).to.equal(
      'https://ox.example.org/base',
    );
  });

  const refused: [string, string][] = [
    ['PORT', 'ninethousand'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '9e3'],
    ['HOST', 'http://localhost'],
    ['DATABASE_URL', 'postgres://localhost/x'],
    ['DATABASE_URL', 'mysql://localhost'],
    ['PUBLIC_URL', 'ox.example.org'],
    ['PUBLIC_URL', 'https://user:pw@ox.example.org'],
    ['PUBLIC_URL', 'https://ox.example.org/?a=b'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://*.example.org'],
    ['CORS_ORIGINS', 'https://a.example.org/path'],
    ['CORS_ORIGINS', 'https://a.example.org,,'],
    ['TRUST_PROXY', 'somebody'],
    ['TRUST_PROXY', '10.0.0.0/40'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['MAX_BODY_BYTES', '0'],
    ['USERNAME_CHANGEABLE', 'yes'],
    ['CHECK_USER_UID_REGEXP', '[a-z'],
    ['CHECK_USER_UID_REGEXP', '[a-z\\_]'],
    ['DEFAULT_TIMEZONE', 'Europe/Atlantis'],
    ['DEFAULT_TIMEZONE', '+01:00'],
    ['DEFAULT_LANGUAGE', 'en'],
    ['DEFAULT_LANGUAGE', 'en_US_x'],
    ['DEFAULT_PASSWORD_MECHANISM', 'MD5'],
    ['MAIL_ADDRESS_SCOPE', 'galaxy'],
    ['MAIL_DOMAIN_RULE', 'free'],
    ['CONTEXT_NAME_PREFIX', 'true'],
    ['SELF_CHANGE', 'everything'],
    ['UNIFIED_QUOTA_DELETE_VETO', 'sometimes'],
    ['AVERAGE_USER_SIZE', 'big'],
    ['ACCESS_COMBINATIONS_FILE', '/nowhere/file'],
  ];
  for (const [name, value] of refused) {
    it(`refuses ${name}=${value} in one line that says what is allowed`, () => {
      const line = complaint({ [name]: value });
      expect(line)
        .to.match(new RegExp(`^${name} .*is not allowed: it must be .+`))
        .and.not.include('\n');
    });
  }

  it('never shows a password', () => {
    expect(complaint({ DATABASE_URL: 'mysql://ox:geheim-7@/' })).not.to.include('geheim-7');
    expect(complaint({ MASTER_PASSWORD: 'geheim-7\n' })).not.to.include('geheim-7');
    expect(complaint({ PUBLIC_URL: 'https://u:geheim-7@host' })).not.to.include('geheim-7');
    expect(complaint({ MASTER_PASWORD: 'geheim-7' })).not.to.include('geheim-7');
  });

  it('shows a bad value on one line whatever it holds', () => {
    expect(complaint({ LOG_LEVEL: 'a\r\nb' }))
      .to.include('"a\\r\\nb"')
      .and.not.match(/[\r\n]/);
  });

  it('asks back when a name is misspelt', () => {
    expect(complaint({ DATABASE_ULR: 'x' })).to.include('did you mean DATABASE_URL?');
    expect(complaint({ MASTER_PASWORD: 'x' })).to.include('did you mean MASTER_PASSWORD?');
    expect(complaint({ TRUST_PROXI: 'x' })).to.include('did you mean TRUST_PROXY?');
    expect(complaint({ OXBOW_PORT: '1' })).to.include('did you mean PORT?');
    expect(complaint({ OXBOW_ANYTHING: '1' })).to.include('OXBOW_ANYTHING is no setting');
  });

  it('never minds what an environment usually holds', () => {
    const usual =
      'PATH PWD HOSTNAME HOSTTYPE HOSTS PORTS POST LOGNAME USER HOME SHELL TERM LANG LC_ALL TZ MAIL OLDPWD SHLVL _ ' +
      'NODE_ENV NODE_OPTIONS NPM_CONFIG_CACHE npm_package_name HTTP_PROXY HTTPS_PROXY NO_PROXY SSH_CLIENT ' +
      'XDG_RUNTIME_DIR LOGLEVEL LOG_FILE LOG_DIR DATABASE_HOST DATABASE_NAME TEST_DATABASE_URL DEFAULT_USER ' +
      'KUBERNETES_PORT OXBOWL MASTER_PASSWORD_FILE INVOCATION_ID JOURNAL_STREAM DEBIAN_FRONTEND DEFAULT_LOCALE';
    const env = Object.fromEntries(usual.split(' ').map((name) => [name, 'x']));
    expect(readConfig(env).port).to.equal(9009);
  });

  it('documents every setting, and every default is allowed', () => {
    const rows = describeSettings();
    expect(rows).to.have.length.greaterThan(25);
    for (const row of rows) {
      expect(row.meaning).to.match(/\S.*\.$/);
      expect(row.allowed).to.match(/\S/);
      if (row.defaultValue !== null)
        expect(() => readConfig({ [row.name]: row.defaultValue ?? '' })).not.to.throw();
    }
  });
});
