import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram } from '../support/processes/require-program.js';
import { contract } from '../support/wire/contract-snapshot.js';

const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('./zeep/positional.py', import.meta.url));

interface Message {
  readonly service: string;
  readonly operation: string;
  /** `{namespace}name` of the operation and of its children, in the order of the document. */
  readonly elements: readonly string[];
}

/** Clients built on zeep pass arguments by position: the order of parameters in the WSDL decides what means what. */
describe('interop: zeep binds positional arguments in the order of the contract', function () {
  this.timeout(60_000);
  let app: TestApp;
  let messages: readonly Message[];
  before(async function () {
    const python = requireProgram(this, PYTHON);
    requirePart(this, 'zeep', python.runSync(['-c', 'import zeep']).status === 0);
    app = await startTestApp();
    const answer = await fetch(`${app.url}/webservices/`, { headers: { accept: 'application/json' } });
    const { services } = (await answer.json()) as { services: { wsdl: string }[] };
    const { stdout } = await python.run([PROGRAM, ...services.map(({ wsdl }) => wsdl)]);
    const lines = stdout.split('\n').filter((line) => line !== '');
    messages = lines.map((line) => JSON.parse(line) as Message);
  });
  after(() => app.stop());

  for (const [service, { namespace: short, operations }] of Object.entries(contract.services)) {
    it(service, () => {
      const namespace = contract.namespaces[short] ?? '';
      const built = messages.filter((message) => message.service === service);
      const actual = Object.fromEntries(built.map(({ operation, elements }) => [operation, elements]));
      const expected = Object.entries(operations).map(([operation, { params }]) => {
        const names = [operation, ...params.map(({ name }) => name)];
        return [operation, names.map((name) => `{${namespace}}${name}`)];
      });
      expect(actual).to.deep.equal(Object.fromEntries(expected));
    });
  }
});
