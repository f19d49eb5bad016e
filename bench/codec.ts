/**
 * Median microseconds to decode a 2 KB create request and to encode a full User, beside what the `soap` package needs
 * for the same messages. In-process, so comparable between machines only as a ratio.
 *
 *     node --conditions=source --import=tsx bench/codec.ts
 */
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComplexTypeDescriptor } from '../src/soap/descriptors.js';
import { defaultSoapLimits } from '../src/soap/limits.js';
import { loadContract } from '../src/soap/load-contract.js';
import { serviceCodec } from '../src/soap/service-codec.js';

const ROUNDS = 15;
const CALLS_PER_ROUND = 2_000;

/** The part of node-soap's WSDL class that is measured; its types do not export the optional type argument. */
interface NodeSoapWsdl {
  onReady(done: (error: Error | null) => void): void;
  xmlToObject(xml: string): unknown;
  objectToDocumentXML(
    name: string,
    value: unknown,
    prefix: string,
    namespace: string,
    type?: unknown,
  ): string;
}

const contract = loadContract(new URL('../wsdl/', import.meta.url), 'OXResellerUserService');
const codec = serviceCodec(contract);
const create = contract.operations.get('create');
const userType = create?.request.type.fields.find((field) => field.name === 'usrdata')?.type;
if (create === undefined || userType === undefined || typeof userType === 'string')
  throw new Error('no create');

const user = sampleUser(userType);
const request = createRequest();
const response = { return: user };
const options = { limits: defaultSoapLimits, lenientRequests: false };

function sampleUser(type: ComplexTypeDescriptor): Record<string, unknown> {
  const strings = type.fields.filter((field) => field.type === 'string' && !field.repeated).slice(0, 25);
  return {
    ...Object.fromEntries(strings.map((field) => [field.name, `value of ${field.name}`])),
    id: 4,
    aliases: ['anna@example.org', 'a.berg@example.org'],
    birthday: '1990-05-17Z',
    mailenabled: true,
    maxQuota: 1024n,
    userAttributes: {
      entries: [{ key: 'config', value: { entries: [{ key: 'com.example.flag', value: 'true' }] } }],
    },
  };
}

/** A request as a WSDL-driven client sends it, about 2 KB. */
function createRequest(): string {
  const fields = Object.entries(user)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => `<dat:${name}>${String(value)}</dat:${name}>`)
    .join('\n        ');
  return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:svc="${contract.namespace}"
    xmlns:dat="http://dataobjects.soap.admin.openexchange.com/xsd"
    xmlns:rmi="http://dataobjects.rmi.admin.openexchange.com/xsd">
  <soapenv:Body>
    <svc:create>
      <svc:ctx><dat:id>10</dat:id></svc:ctx>
      <svc:usrdata>
        ${fields}
        <dat:maxQuota>1024</dat:maxQuota>
      </svc:usrdata>
      <svc:auth><rmi:login>reseller1</rmi:login><rmi:password>secret</rmi:password></svc:auth>
    </svc:create>
  </soapenv:Body>
</soapenv:Envelope>`;
}

function medianMicroseconds(work: () => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    for (let call = 0; call < CALLS_PER_ROUND; call++) work();
    rounds.push(((performance.now() - startedMs) * 1000) / CALLS_PER_ROUND);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN;
}

async function nodeSoapWsdl(): Promise<NodeSoapWsdl> {
  const { WSDL } = createRequire(import.meta.url)('soap') as {
    WSDL: new (definition: string, uri: string, options: object) => NodeSoapWsdl;
  };
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-bench-'));
  try {
    const file = join(directory, 'service.wsdl');
    const text = contract.wsdlTemplate.replaceAll('{address}', 'http://localhost/');
    writeFileSync(file, text);
    const wsdl = new WSDL(text, file, {});
    await new Promise<void>((resolve, reject) => {
      wsdl.onReady((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return wsdl;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function report(what: string, bytes: number, microseconds: number): void {
  process.stdout.write(
    `${what.padEnd(34)} ${String(bytes).padStart(6)} bytes ${microseconds.toFixed(1).padStart(8)} µs\n`,
  );
}

const answer = codec.encodeResponse(create, response);
report(
  'decode create, Oxbow',
  request.length,
  medianMicroseconds(() => codec.decodeRequest(request, options)),
);
report(
  'encode createResponse, Oxbow',
  answer.length,
  medianMicroseconds(() => codec.encodeResponse(create, response)),
);

const wsdl = await nodeSoapWsdl();
report(
  'decode create, soap',
  request.length,
  medianMicroseconds(() => wsdl.xmlToObject(request)),
);
const soapAnswer = (): string =>
  wsdl.objectToDocumentXML('createResponse', response, 'tns', contract.namespace);
report('encode createResponse, soap', soapAnswer().length, medianMicroseconds(soapAnswer));
