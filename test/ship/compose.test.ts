import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeSettings } from '../../src/settings/read-config.js';
import { checkout, parsePage } from '../docs/markdown-page.js';
import { runPage } from '../docs/run-page.js';
import { build } from '../support/processes/build.js';
import { canIsolate } from '../support/processes/isolated-process.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram } from '../support/processes/require-program.js';

interface Service {
  readonly build?: string | { readonly context: string; readonly dockerfile: string };
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

const text = readFileSync(join(checkout, 'compose.yaml'), 'utf8');
const { services, volumes } = parse(text) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};

describe('compose.yaml', () => {
  it('starts each service after those that it needs, when they are ready', () => {
    const conditions = Object.entries(services).map(([name, { depends_on = {} }]) => [
      name,
      Object.entries(depends_on).map(([on, { condition }]) => `${on} ${condition}`),
    ]);
    expect(Object.fromEntries(conditions)).to.deep.equal({
      mariadb: [],
      oxbow: ['mariadb service_healthy'],
      grants: ['oxbow service_healthy'],
      dovecot: ['grants service_completed_successfully'],
    });
  });

  it('knows the settings and files that it uses', () => {
    const settings = describeSettings().map(({ name }) => name);
    expect(settings).to.include.members(Object.keys(services['oxbow']?.environment ?? {}));
    const filled = readFileSync(join(checkout, 'deploy/dovecot/fill.sh'), 'utf8');
    for (const name of Object.keys(services['dovecot']?.environment ?? {}))
      expect(filled).to.match(new RegExp(`\\b${name}\\b`));
    for (const { build: from, volumes: mounts = [] } of Object.values(services)) {
      const dockerfile = typeof from === 'object' ? from.dockerfile : 'Dockerfile';
      expect(existsSync(join(checkout, dockerfile))).to.equal(true);
      for (const [source = ''] of mounts.map((mount) => mount.split(':'))) {
        if (source.startsWith('.')) expect(existsSync(join(checkout, source)), source).to.equal(true);
        else expect(volumes).to.have.property(source);
      }
    }
  });

  it('holds no password, and publishes on this machine only', () => {
    for (const { environment = {}, ports = [] } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|PWD|KEY/.test(name)) expect(value, name).to.match(/^\$\{\w+:\?is needed\}$/);
      for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:/);
    }
    expect(services['mariadb']?.command).to.include('--innodb-flush-log-at-trx-commit=1');
  });

  it('gives Dovecot its rights, from any address, with the password of the environment', async function () {
    const shell = requireProgram(this, 'sh');
    const command =
      services['grants']?.command?.[0]?.replaceAll('$$', '$').replace('/grants.sql |', '"$FILE" |') ?? '';
    const { stdout: sql } = await shell.run(['-ec', `mariadb() { cat; }; ${command}`], {
      env: {
        PATH: process.env['PATH'] ?? '',
        FILE: join(checkout, 'deploy/dovecot/grants.mysql.sql'),
        DOVECOT_DB_PASSWORD: 'new-1',
      },
    });
    expect(sql).to.include("CREATE USER IF NOT EXISTS 'dovecot'@'%' IDENTIFIED BY 'new-1';");
    expect(sql.match(/^GRANT .* TO 'dovecot'@'%';$/gm)).to.have.length(3);
    expect(sql).not.to.match(/127\.0\.0\.1|change-me/);
  });
});

describe("the start of Dovecot's container", () => {
  it('configures and starts Debian’s Dovecot, for other containers too', async function () {
    this.timeout(330_000);
    const installed =
      process.getuid?.() === 0 && existsSync('/usr/sbin/dovecot') && existsSync('/usr/sbin/mariadbd');
    requirePart(this, 'mariadb-server, dovecot-imapd or being root', installed && canIsolate());
    build();
    const commands = `useradd --system --home-dir /var/vmail --create-home vmail
export DB_PASSWORD=secret-1 DOVEADM_API_KEY=secret-2 DB_HOST=mariadb
cp -rL deploy/dovecot image; cp deploy/docker/dovecot/start.sh image
sh image/start.sh >dovecot.log 2>&1 &
for try in $(seq 100); do doveadm service status >/dev/null 2>&1 && break; sleep 0.2; done
doveadm service status
curl -sk --url imaps://127.0.0.1 -X CAPABILITY
curl -s -o /dev/null -w 'doveadm %{http_code}' http://127.0.0.2:8080/
grep -o 'host=mariadb .*password=secret-1' /etc/dovecot/oxbow-sql.conf.ext
kill %1; wait %1`;
    const page = parsePage(
      'start.md',
      `<!-- runs on a machine of its own -->\n\`\`\`sh\n${commands}\n\`\`\`\n`,
    );
    const run = await runPage(page, page.blocks);
    const [result] = [...run.blocks.values()];
    expect(result?.output, run.serviceLog).to.match(
      /name: imap-login[^]*CAPABILITY IMAP4rev1[^]*doveadm [24]\d\d[^]*password=secret-1/,
    );
    expect(result?.status, result?.output).to.equal('done');
  });
});
