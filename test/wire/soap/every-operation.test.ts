import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/processes/app.js';
import { requirePart } from '../../support/processes/require-part.js';
import { contract, fieldsOf, type ContractField } from '../../support/wire/contract-snapshot.js';
import {
  envelope,
  operationXml,
  RawSoap,
  type SoapAnswer,
  type SoapParams,
  type SoapValue,
} from '../../support/wire/raw-soap.js';
import { parseXml, type XmlNode } from '../../support/wire/xml-tree.js';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const NOBODY = { login: 'nobody', password: 'wrong' };

/** What no answer may tell: stack frames, SQL, the driver's words, or JavaScript's own complaints. */
const LEAKS =
  /\bat \S+ \(|node_modules|node:internal|\.[jt]s:\d|\bselect .+ from\b|\binsert into\b|\bupdate .+ set\b|SQLITE|\bER_[A-Z_]+|knex|TypeError|Cannot read prop|is not (?:a function|iterable)|undefined|\[object/i;

/** What a fault says when nobody foresaw what happened. */
const UNFORESEEN = /^Internal error/;

interface ServiceIndex {
  readonly services: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly operations: readonly { readonly name: string }[];
  }[];
}

interface Target {
  readonly service: string;
  readonly operation: string;
  readonly namespace: string;
}

/** A request of an operation, and what must come of it. */
interface Situation {
  readonly what: string;
  readonly body: (target: Target) => string;
  readonly code: 'Client' | 'Server';
  readonly exception?: string;
  /** The beginning of the text, where the contract says it; the rest lists the parameters. */
  readonly text?: (target: Target) => string;
}

const situations: readonly Situation[] = [
  {
    what: 'no arguments at all: a fault of the service',
    body: ({ operation, namespace }) => `<${operation} xmlns="${namespace}"/>`,
    code: 'Server',
  },
  {
    what: 'every argument nil: a fault of the service',
    body: ({ service, operation, namespace }) => {
      const nil = parametersOf(service, operation).map(({ name }) => `<${name} xsi:nil="true"/>`);
      return `<${operation} xmlns="${namespace}" xmlns:xsi="${XSI}">${nil.join('')}</${operation}>`;
    },
    code: 'Server',
  },
  {
    what: 'every argument but credentials: a fault of the service',
    body: ({ service, operation }) => operationXml(service, operation, plausible(service, operation)),
    code: 'Server',
  },
  {
    what: 'every argument, credentials of nobody: InvalidCredentialsException',
    body: ({ service, operation }) => operationXml(service, operation, plausible(service, operation), NOBODY),
    code: 'Server',
    exception: 'InvalidCredentialsException',
  },
  {
    what: 'the operation in another namespace: refused as unreadable',
    body: ({ operation }) => `<${operation} xmlns="urn:of:somebody:else"/>`,
    code: 'Client',
  },
  {
    what: 'the operation without a namespace: refused as unreadable',
    body: ({ operation }) => `<${operation}/>`,
    code: 'Client',
  },
  {
    what: 'an unknown child: refused with the text of the original',
    body: ({ operation, namespace }) =>
      `<${operation} xmlns="${namespace}"><noSuchThing>1</noSuchThing></${operation}>`,
    code: 'Client',
    text: ({ namespace }) =>
      `Unmarshalling Error: unexpected element (uri:"${namespace}", local:"noSuchThing"). Expected elements are `,
  },
  {
    what: 'an operation that is not there: refused as unreadable',
    body: ({ operation, namespace }) => `<${operation}Twice xmlns="${namespace}"/>`,
    code: 'Client',
  },
];

describe('wire: every operation of every service', function () {
  this.timeout(60_000);
  let app: TestApp;
  let soap: RawSoap;
  let index: ServiceIndex;
  before(async () => {
    app = await startTestApp();
    soap = new RawSoap(app.url);
    const answer = await fetch(`${app.url}/webservices/`, { headers: { accept: 'application/json' } });
    index = (await answer.json()) as ServiceIndex;
  });
  after(() => app.stop());

  it('the services of the contract are served, with all their operations and no other', () => {
    const served = index.services.flatMap(({ name, namespace, operations }) =>
      operations.map((operation) => `{${namespace}}${name}.${operation.name}`),
    );
    const expected = Object.entries(contract.services).flatMap(([name, { namespace, operations }]) =>
      Object.keys(operations).map((each) => `{${contract.namespaces[namespace]}}${name}.${each}`),
    );
    expect(served.sort()).to.deep.equal(expected.sort());
  });

  for (const [service, { namespace: short, operations }] of Object.entries(contract.services)) {
    describe(service, () => {
      let declaredFaults: ReadonlyMap<string, ReadonlySet<string>>;
      before(async function () {
        const isServed = index.services.some(({ name }) => name === service);
        requirePart(this, service, isServed);
        const wsdl = await fetch(`${app.url}/webservices/${service}?wsdl`);
        declaredFaults = faultsOf(parseXml(await wsdl.text()));
      });

      for (const { what, body, ...expected } of situations) {
        it(what, async () => {
          const check = async (operation: string): Promise<string[]> => {
            const target = { service, operation, namespace: contract.namespaces[short] ?? '' };
            const answer = await soap.post(service, envelope(body(target)));
            const declared = declaredFaults.get(operation) ?? new Set();
            const found = complaints(answer, expected, target, declared);
            return [...found].map((complaint) => `${operation}: ${complaint}`);
          };
          const wrong = (await Promise.all(Object.keys(operations).map(check))).flat();
          expect(wrong.join('\n')).to.equal('');
        });
      }
    });
  }
});

function parametersOf(service: string, operation: string): readonly ContractField[] {
  return contract.services[service]?.operations[operation]?.params ?? [];
}

/** A value for every parameter but the credentials; objects say just an id, where they have one. */
function plausible(service: string, operation: string): SoapParams {
  const parameters = parametersOf(service, operation).filter(({ type }) => !type.endsWith(':Credentials'));
  return Object.fromEntries(
    parameters.map(({ name, type, list }) => {
      const value = name === 'module' ? 'task' : plausibleValue(type);
      return [name, list ? [value] : value];
    }),
  );
}

function plausibleValue(type: string): SoapValue {
  if (type === 'xs:boolean') return true;
  if (type.startsWith('xs:')) return 1;
  return fieldsOf(type).some((field) => field.name === 'id') ? { id: 1 } : {};
}

/** What is wrong with a fault; RawSoap has held the envelope against SOAP 1.1 and the served schemas already. */
function* complaints(
  answer: SoapAnswer,
  expected: Omit<Situation, 'what' | 'body'>,
  target: Target,
  declared: ReadonlySet<string>,
): Iterable<string> {
  const { status, fault, xml } = answer;
  const { code, exception } = expected;
  const text = expected.text?.(target);
  if (fault === undefined) {
    yield `answers ${status} and no fault: ${xml}`;
    return;
  }
  if (status !== 500) yield `answers ${status}`;
  if (!/^text\/xml\b/.test(answer.headers.get('content-type') ?? '')) yield 'is not text/xml';
  if (fault.code.replace(/^\w+:/, '') !== code) yield `faultcode ${fault.code}, text ${fault.text}`;
  if (fault.text.trim() === '') yield 'empty faultstring';
  if (LEAKS.test(xml)) yield `tells too much: ${xml}`;
  if (UNFORESEEN.test(fault.text)) yield 'is not foreseen (Internal error)';
  if (text !== undefined && !fault.text.startsWith(text)) yield `text ${fault.text}`;
  if (exception !== undefined && fault.exception !== exception) {
    yield `answers ${fault.exception}: ${fault.text}`;
  }
  if (code === 'Client' && fault.exception !== undefined) yield `has the detail ${fault.exception}`;
  if (fault.exception !== undefined && !declared.has(fault.exception)) {
    yield `answers ${fault.exception}, which it does not declare: ${fault.text}`;
  }
}

/** The names of the faults that each operation of a WSDL declares. */
function faultsOf(definitions: XmlNode): ReadonlyMap<string, ReadonlySet<string>> {
  const portType = definitions.children.find((node) => node.local === 'portType');
  const operations = portType?.children.filter((node) => node.local === 'operation') ?? [];
  return new Map(
    operations.map((operation) => {
      const faults = operation.children.filter((node) => node.local === 'fault');
      return [
        operation.attributes['name'] ?? '',
        new Set(faults.map((fault) => (fault.attributes['name'] ?? '').replace(/_Exception$/, ''))),
      ];
    }),
  );
}
