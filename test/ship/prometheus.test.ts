import { expect } from 'chai';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startTestApp } from '../support/processes/app.js';
import { requireProgram, type Program } from '../support/processes/require-program.js';
import {
  alertExpressions,
  alertsFile,
  dashboardExpressions,
  type WatchedExpression,
} from '../support/watched-expressions.js';

const casesFile = 'test/ship/alert-cases.yml';
/** Of prom-client, as every service on Node that uses it has them; dashboards for Node know them by these names. */
const misnamed = /^nodejs_active_(handles|requests|resources)_total /;

interface Cases {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
}

describe('what is shipped for Prometheus, as its promtool sees it', function () {
  this.timeout(60_000);
  let program: Program;
  let folder: string;
  before(function () {
    program = requireProgram(this, 'promtool', 'promtool (prometheus)');
    folder = mkdtempSync(join(tmpdir(), 'oxbow-prometheus-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function promtool(args: readonly string[], input = ''): { status: number | null; output: string } {
    const { status, stdout, stderr } = program.runSync(args, { input, cwd: folder });
    return { status, output: stdout + stderr };
  }

  /** Runs the cases on the rules, changed by `edit`. */
  function testRules(edit: (rules: string) => string = (rules) => rules): ReturnType<typeof promtool> {
    writeFileSync(join(folder, 'oxbow-alerts.yml'), edit(readFileSync(alertsFile, 'utf8')));
    copyFileSync(casesFile, join(folder, 'cases.yml'));
    return promtool(['test', 'rules', 'cases.yml']);
  }

  /** What is wrong with expressions; nothing when Prometheus would take all of them. */
  function complaints(expressions: readonly WatchedExpression[]): string {
    const rules = expressions.map(({ expr }, at) => ({
      record: `expression:${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'),
    }));
    writeFileSync(join(folder, 'expressions.yml'), stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { status, output } = promtool(['check', 'rules', 'expressions.yml']);
    return status === 0 ? '' : output;
  }

  it('takes the alert rules', () => {
    copyFileSync(alertsFile, join(folder, 'shipped.yml'));
    const { status, output } = promtool(['check', 'rules', 'shipped.yml']);
    expect(status, output).to.equal(0);
    expect(output).to.include(`${alertExpressions().length} rules found`);
  });

  it('each alert fires when it should, and not otherwise', () => {
    const { status, output } = testRules();
    expect(status, output).to.equal(0);
  });

  it('there is a case of each alert that fires, and one that does not', () => {
    const cases = (parse(readFileSync(casesFile, 'utf8')) as Cases).tests.flatMap(
      ({ alert_rule_test: expected }) => expected,
    );
    const named = (fires: boolean) =>
      cases.filter(({ exp_alerts: alerts }) => alerts.length > 0 === fires).map(({ alertname }) => alertname);
    const alerts = alertExpressions().map(({ alert }) => alert);
    expect(named(true)).to.have.members(alerts);
    expect(named(false)).to.have.members(alerts);
  });

  const mistakes: [what: string, edit: (rules: string) => string][] = [
    ['a threshold that is never reached', (rules) => rules.replace('> 900', '> 90000')],
    ['a threshold that is always reached', (rules) => rules.replace('> 0.05', '> 0.001')],
    ['a pause that is too long', (rules) => rules.replace('for: 2m', 'for: 2h')],
    ['an outcome that is left out', (rules) => rules.replace('|StorageException', '')],
  ];
  for (const [what, edit] of mistakes) {
    it(`the cases notice ${what}`, () => {
      expect(testRules(edit).status).not.to.equal(0);
    });
  }

  it('reads every expression of the dashboard', () => {
    expect(complaints(dashboardExpressions())).to.equal('');
    expect(complaints([{ place: 'planted', expr: 'sum by (job (up)' }])).to.match(/parse error/);
  });

  it('finds nothing to complain of in a scrape', async () => {
    const app = await startTestApp();
    try {
      const scraped = await (await fetch(`${app.url}/metrics`)).text();
      const { output } = promtool(['check', 'metrics'], scraped);
      const lines = output.split('\n').filter((line) => line !== '');
      expect(lines.filter((line) => !misnamed.test(line))).to.deep.equal([]);
      expect(promtool(['check', 'metrics'], 'oxbow_planted{ 1\n').status).not.to.equal(0);
    } finally {
      await app.stop();
    }
  });
});
