import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContextTool } from '../../src/cli/tools/context-tools.js';
import { InputReader } from '../../src/cli/tools/tool-input.js';
import { moduleAccessOptions, type Tool } from '../../src/cli/tools/tool.js';
import { changeUserTool, createUserTool } from '../../src/cli/tools/user-tools.js';
import { startRecordingProxy, type RecordingProxy } from '../../src/qa/recording/recording-proxy.js';
import type { RecordedCall } from '../../src/qa/recording/recording.js';
import { contractOf } from '../../src/soap-client/soap-client.js';
import { contract } from '../support/wire/contract-snapshot.js';
import { schemaComplaint } from '../support/wire/schema-complaint.js';
import { World } from '../wire/fixtures.js';
import { runHere } from './run-here.js';

describe('the requests of the tools', function () {
  this.timeout(120_000);
  let world: World;
  let proxy: RecordingProxy;
  /** What was sent since somebody looked. */
  let calls: RecordedCall[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-requests-'));
  before(async () => {
    world = await World.start();
    proxy = await startRecordingProxy({
      upstream: `${world.url}/webservices`,
      port: 0,
      onCall: (call) => void calls.push(call),
      onFailure: (service) => expect.fail(`${service} does not answer`),
    });
  });
  after(async () => {
    await proxy?.stop();
    await world?.stop();
    rmSync(directory, { recursive: true });
  });

  const complaintOf = (service: string, xml: string) =>
    schemaComplaint(`${world.url}/webservices/${service}`, service, xml);
  /** Runs a tool; answers the names of the operations that it called, all with requests as the WSDL has them. */
  const sent = async (args: readonly string[]) => {
    calls = [];
    const { login, password } = world.reseller;
    const env = { OX_ENDPOINT: proxy.url, OX_ADMIN_USER: login, ADMIN_PASSWORD: password };
    const { exitCode, out, err } = await runHere(args, env);
    for (const { service, operation, request } of calls) {
      const complaint = await complaintOf(service, request);
      expect(complaint, `${service}.${operation}: ${complaint}`).to.equal(null);
    }
    return { exitCode, text: out + err, operations: calls.map(({ operation }) => operation) };
  };

  const personal = (name: string) => `-u ${name} -d D-${name} -g G -s S -e ${name}@req.example -p secret`;
  const more = (name: string) =>
    `-t Europe/Berlin -x Sales -z Acme -l en_US -a ${name}@req.example,${name}-2@req.example --employeetype boss ` +
    '--birthday 1990-12-31 --mailenabled on --config/com.example.a=b --remove-config/com.example.z --my/own=1';

  for (const [family, flag] of [
    ['OXReseller', ''],
    ['OX', ' --plain'],
  ] as const) {
    const p = family.toLowerCase();
    const ctx = `reseller1_${p}`;
    const csv = join(directory, `${p}.csv`);
    const story: [line: string, operations: string[]][] = [
      [
        `createcontext -N ${ctx} -q 50 -L ${p}1,${p}2 ${personal(`${p}boss`)} ${more(`${p}boss`)} --quota-module calendar,task --quota-value 7`,
        ['create', 'changeQuota'],
      ],
      [
        `createcontext -N ${ctx}b -q 50 ${personal(`${p}b`)} --access-combination-name groupware_standard`,
        ['createModuleAccessByName'],
      ],
      [`createcontext -N ${ctx}c -q 50 ${personal(`${p}c`)} --access-calendar on`, ['createModuleAccess']],
      [
        `changecontext -N ${ctx} -q 60 -L ${p}3 -R ${p}1 --config/com.example.c=d --remove-config/com.example.a`,
        ['getData', 'change'],
      ],
      [
        `changecontext -N ${ctx} --access-combination-name groupware_standard --quota-module contact --quota-value -1`,
        ['changeModuleAccessByName', 'getData', 'changeQuota'],
      ],
      [
        `changecontext -N ${ctx} --access-infostore off --access-usm=on`,
        ['getModuleAccess', 'changeModuleAccess'],
      ],
      ['listcontext -s reseller1_* --csv', ['listPage']],
      [`createuser -N ${ctx} ${personal(`${p}ann`)} ${more(`${p}ann`)} -q 100`, ['getData', 'create']],
      [
        `createuser -N ${ctx} ${personal(`${p}ben`)} --access-combination-name webmail`,
        ['getData', 'createByModuleAccessName'],
      ],
      [
        `createuser -N ${ctx} ${personal(`${p}cec`)} --access-tasks off`,
        ['getData', 'getContextAdmin', 'getModuleAccess', 'createByModuleAccess'],
      ],
      [`createuser -N ${ctx} --csv-import ${csv}`, ['getData', 'create', 'getData', 'create']],
      [`changeuser -N ${ctx} -u ${p}ann -d Ann -g A -s B ${more(`${p}ann`)} -q 90`, ['getData', 'change']],
      [
        `changeuser -N ${ctx} -u ${p}ann --access-combination-name groupware_standard --access-vcard off`,
        ['getData', 'changeByModuleAccessName', 'getModuleAccess', 'changeByModuleAccess'],
      ],
      [`setmailquota -N ${ctx} -u ${p}ann -q 12`, ['getData', 'getData', 'setMailQuota']],
      [`existsuser -N ${ctx} -u ${p}ann`, ['getData', 'exists']],
      [`listuser -N ${ctx} -s * --csv`, ['getData', 'list', 'getMultipleData']],
      [`listuser -N ${ctx} -s ${p}A* -i --json`, ['getData', 'listCaseInsensitive', 'getMultipleData']],
      [`deleteuser -N ${ctx} -u ${p}ann -r 0`, ['getData', 'delete']],
      [`deleteuser -N ${ctx} -u ${p}ben`, ['getData', 'delete']],
      [`deletecontext -N ${ctx}b`, ['delete']],
    ];
    it(`are as the WSDLs of ${family}ContextService and ${family}UserService have them`, async () => {
      writeFileSync(
        csv,
        `username,displayname,givenname,surname,email,password\n${['x', 'y']
          .map((each) => `${p}${each},D-${p}${each},G,S,${p}${each}@req.example,secret`)
          .join('\n')}\n`,
      );
      for (const [line, operations] of story) {
        const run = await sent(`${line}${flag}`.split(' '));
        expect(run.exitCode, `${line}\n${run.text}`).to.equal(0);
        const both = line.includes('--csv-import') ? run.operations.toSorted() : run.operations;
        expect(both, line).to.deep.equal(line.includes('--csv-import') ? operations.toSorted() : operations);
      }
      const families = new Set(calls.map(({ service }) => service));
      expect([...families]).to.deep.equal([`${family}ContextService`]);
    });

    for (const [tool, service] of [
      [createContextTool, `${family}ContextService`],
      [createUserTool, `${family}UserService`],
      [changeUserTool, `${family}UserService`],
    ] as const) {
      it(`are so with every field that ${tool.name} has of ${service}`, async () => {
        const who =
          tool === createContextTool
            ? '-q 1'
            : `-c ${world.contextId}${tool === changeUserTool ? ' -i 3' : ''}`;
        const fields = [...everyField(tool, service), '--config/a=b'];
        for (const rest of [
          fields,
          [...fields, ...[...moduleAccessOptions.keys()].map((name) => `--${name}=on`)],
        ]) {
          const line = `${tool.name} ${who} ${personal(`${p}all`)}${flag}`;
          // The service may refuse some of the values: what counts is what was sent.
          const { operations, text } = await sent([...line.split(' '), ...rest]);
          expect(operations, text).to.satisfy((names: string[]) =>
            names.some((name) => /^c(reate|hange)/.test(name)),
          );
        }
      });
    }
  }

  it('are so of a seed', async () => {
    const file = join(directory, 'seed.yaml');
    const user =
      '{ name: ann, aliases: [a@seed.example], maxQuotaMb: 9, mailQuotaMb: 9, unifiedQuota: true }';
    writeFileSync(
      file,
      `resellers: [{ name: seeded, contexts: [{ name: seeded_lab, maxQuotaMb: 50, users: [${user}], ` +
        'groups: [{ name: crew, members: [ann] }], resources: [{ name: beamer }] }] }]',
    );
    const args = ['seed', file, '--endpoint', proxy.url, '--password', world.master.password];
    const { exitCode, text, operations } = await sent(args);
    expect(exitCode, text).to.equal(0);
    expect(operations.filter((name) => name === 'create')).to.have.length(5);
    expect(operations).to.include('setMailQuota');
  });

  it('would not pass with an element that is unknown or out of order', async () => {
    await sent(['existsuser', '-c', String(world.contextId), '-u', 'ctxadmin']);
    const { service = '', request = '' } = calls[0] ?? {};
    const [, ctx = '', user = ''] = /(<ctx>.*<\/ctx>)(<user>.*<\/user>)/.exec(request) ?? [];
    expect(user).not.to.equal('');
    expect(await complaintOf(service, request.replace(ctx + user, user + ctx))).to.match(/not expected/);
    expect(await complaintOf(service, request.replace(ctx, `${ctx}<more/>`))).to.match(/not expected/);
  });

  it('cannot recalculate: no service has an operation for it', () => {
    const operations = Object.values(contract.services).flatMap((each) => Object.keys(each.operations));
    expect(operations).to.include('setMailQuota');
    expect(operations.filter((name) => /recalc/i.test(name))).to.deep.equal([]);
  });
});

/** Every further field of a tool as an option, with a value of its type. */
function everyField(tool: Tool, service: string): string[] {
  const member = contractOf(service)
    .operations.get(tool.fields?.operation ?? '')
    ?.request.type.fields.find(({ name }) => name === tool.fields?.member)?.type;
  const types = new Map(
    (typeof member === 'object' ? member.fields : []).map(({ name, type }) => [name.toLowerCase(), type]),
  );
  return new InputReader(tool, service).extendedNames.map((name) => `--${name}=${valueOf(types.get(name))}`);
}

function valueOf(type: unknown): string {
  const values: Readonly<Record<string, string>> = { boolean: 'on', date: '2026-12-31', int: '1', long: '1' };
  return (typeof type === 'string' ? values[type] : undefined) ?? 'AAAA';
}
