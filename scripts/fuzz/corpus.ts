import { readdirSync } from 'node:fs';
import type {
  ComplexTypeDescriptor,
  FieldDescriptor,
  ServiceContract,
  SimpleType,
} from '../../src/soap/contract/descriptors.js';
import { SOAP_11, XSI } from '../../src/soap/contract/limits.js';
import { loadContract } from '../../src/soap/contract/load-contract.js';
import { serviceCodec } from '../../src/soap/service-codec.js';
import type { Random } from './random.js';

const wsdlDirectory = new URL('../../wsdl/', import.meta.url);

/** The contracts of all services. */
export function allContracts(): ServiceContract[] {
  const files = readdirSync(wsdlDirectory).filter((file) => file.endsWith('.wsdl'));
  return files.map((file) => loadContract(wsdlDirectory, file.slice(0, -'.wsdl'.length)));
}

/** Requests to begin with: every operation in several fillings, and the ways in which real clients write them. */
export function seedRequests(contract: ServiceContract, random: Random): string[] {
  const codec = serviceCodec(contract);
  return [...contract.operations.values()].flatMap(({ request }) => {
    const fill = (oneIn: number) =>
      codec.encodeElement(request, new Filler(random, oneIn).object(request.type, 0));
    return [fill(1), fill(2), fill(4), ...dialects(contract, request.name, request.type)];
  });
}

const texts = [
  '',
  ' ',
  'jane',
  'a@example.org',
  'Ü😀',
  '\r\n',
  '&<>"\'',
  ']]>',
  '__proto__',
  'x'.repeat(300),
];
const values: Readonly<Record<SimpleType, readonly unknown[]>> = {
  string: texts,
  int: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  long: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
  boolean: [true, false],
  date: ['1980-02-29', '0001-01-01Z', '9999-12-31+14:00'],
  base64Binary: [new Uint8Array(0), new Uint8Array([0, 255, 60]), new Uint8Array(100)],
  anyType: [null],
};

/** Makes values of a type: of those that may be missing, one in so many is there. */
class Filler {
  constructor(
    private readonly random: Random,
    private readonly oneIn: number,
  ) {}

  object(type: ComplexTypeDescriptor, depth: number): Record<string, unknown> {
    const entries = type.fields
      .filter((field) => field.required || (depth < 4 && this.random.oneIn(this.oneIn)))
      .map((field) => [field.name, this.field(field, depth)]);
    return Object.fromEntries(entries) as Record<string, unknown>;
  }

  private field(field: FieldDescriptor, depth: number): unknown {
    if (!field.repeated) return this.one(field.type, depth);
    return Array.from({ length: this.random.below(3) }, () => this.one(field.type, depth));
  }

  private one(type: FieldDescriptor['type'], depth: number): unknown {
    return typeof type === 'string' ? this.random.pick(values[type]) : this.object(type, depth + 1);
  }
}

/** As SOAP::Lite, PHP without a WSDL, Axis and hand-written clients put the same call. Source: docs/contract/clients.md#3. */
function dialects(contract: ServiceContract, operation: string, type: ComplexTypeDescriptor): string[] {
  const inside = (write: (field: FieldDescriptor, index: number) => string) =>
    type.fields.map((field, index) => write(field, index)).join('');
  const wrap = (children: string, head = '') =>
    `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP_11}" xmlns:xsi="${XSI}" xmlns:xsd="http://www.w3.org/2001/XMLSchema">` +
    `${head}<S:Body><q:${operation} xmlns:q="${contract.namespace}">${children}</q:${operation}></S:Body></S:Envelope>`;
  const typeName = (field: FieldDescriptor) =>
    typeof field.type === 'string' ? `xsd:${field.type}` : `x:${field.type.name}`;
  const simple = (field: FieldDescriptor, xml: string) =>
    typeof field.type === 'string' ? xml : `<${field.name}/>`;
  const some = '<login xsi:type="xsd:string">admin</login><id xsi:type="xsd:int">3</id>';
  return [
    wrap(
      inside(
        (f, i) =>
          `<c-gensym${i * 2 + 3} xsi:type="${typeName(f)}" xmlns:x="urn:x">${some}</c-gensym${i * 2 + 3}>`,
      ),
    ),
    wrap(inside((_f, i) => `<param${i} xsi:nil="true"/>`)),
    wrap(inside((f) => simple(f, `<${f.name} id="i1" href="#i1"><![CDATA[7]]><!-- c --></${f.name}>`))),
    wrap(
      inside((f) => simple(f, `<q:${f.name} xsi:type="xsd:base64Binary">MQ==</q:${f.name}>`)),
      '<S:Header><t:Security xmlns:t="urn:t" S:mustUnderstand="0"><t:a/></t:Security></S:Header>',
    ),
  ];
}
