import { expect } from 'chai';
import fc from 'fast-check';
import type {
  ComplexTypeDescriptor,
  FieldDescriptor,
  SimpleType,
} from '../../../src/soap/contract/descriptors.js';
import { simpleParsers } from '../../../src/soap/contract/lexical.js';
import { serviceCodec } from '../../../src/soap/service-codec.js';
import { validateAnswer } from '../../support/wire/validate-answer.js';
import { contractOf, serve, serviceNames, type TestServer } from './fixtures.js';

const RUNS_PER_MESSAGE = 15;

/** Text that XML 1.0 can carry; everything else is replaced, which encode.test.ts shows. */
const text = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((value) => !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(value));

const date = fc
  .tuple(
    fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
    fc.constantFrom('', 'Z', '+02:00', '-14:00'),
  )
  .map(([day, zone]) => day.toISOString().slice(0, 10) + zone);

const simple: Readonly<Record<SimpleType, fc.Arbitrary<unknown>>> = {
  string: fc.oneof(text, fc.constantFrom('', ' ', '\r\n', ']]>', '<![CDATA[', '&amp;', '😀', '__proto__')),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  boolean: fc.boolean(),
  date,
  base64Binary: fc.uint8Array({ maxLength: 30 }),
  anyType: fc.constant(null),
};

function valueOf(type: FieldDescriptor['type']): fc.Arbitrary<unknown> {
  return typeof type === 'string' ? simple[type] : objectOf(type);
}

/** Absent, nil or valued, as the field allows. */
function fieldOf(field: FieldDescriptor): fc.Arbitrary<unknown> {
  const value = valueOf(field.type);
  if (field.repeated) return fc.option(fc.array(value, { maxLength: 3 }), { nil: undefined });
  const optional = field.nillable ? fc.option(value, { nil: null }) : value;
  return field.required ? optional : fc.option(optional, { nil: undefined });
}

const objects = new Map<ComplexTypeDescriptor, fc.Arbitrary<unknown>>();

function objectOf(type: ComplexTypeDescriptor): fc.Arbitrary<unknown> {
  let arbitrary = objects.get(type);
  if (arbitrary === undefined) {
    arbitrary = fc.record(Object.fromEntries(type.fields.map((field) => [field.name, fieldOf(field)])));
    objects.set(type, arbitrary);
  }
  return arbitrary;
}

/** What must come back: absent and nil are one where the field is nillable, no list where it is empty. */
function expected(type: FieldDescriptor['type'], value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof type === 'string') return type === 'date' ? simpleParsers.date(value as string) : value;
  const record = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const field of type.fields) {
    const child = record[field.name];
    if (Array.isArray(child)) {
      if (child.length > 0) result[field.name] = child.map((item) => expected(field.type, item));
    } else if (child !== undefined && child !== null) result[field.name] = expected(field.type, child);
    else if (field.nillable && !field.repeated) result[field.name] = null;
  }
  return result;
}

describe('any message that the contract allows survives encode and decode', function () {
  this.timeout(120_000);
  for (const service of serviceNames) {
    describe(service, () => {
      const contract = contractOf(service);
      const codec = serviceCodec(contract);
      let server: TestServer;
      before(async () => (server = await serve(service, {})));
      after(() => server.stop());

      for (const { name, request, response } of contract.operations.values()) {
        for (const element of response === null ? [request] : [request, response]) {
          it(`${name}: ${element.name}`, async () => {
            const property = fc.asyncProperty(valueOf(element.type), async (value) => {
              const xml = codec.encodeElement(element, value);
              expect(codec.decodeElement(element, xml)).to.deep.equal(expected(element.type, value));
              await validateAnswer(server.url, service, xml);
            });
            await fc.assert(property, { numRuns: RUNS_PER_MESSAGE });
          });
        }
      }
    });
  }
});
