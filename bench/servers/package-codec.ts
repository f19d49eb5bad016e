import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceContract } from '../../src/soap/contract/descriptors.js';
import { serviceWsdl } from '../peers/service-wsdl.js';

/** The part of the package's WSDL class that is measured; its types leave the optional type argument out. */
interface PackageWsdl {
  onReady(done: (error: Error | null) => void): void;
  xmlToObject(xml: string): unknown;
  objectToDocumentXML(name: string, value: unknown, prefix: string, namespace: string, type?: string): string;
  readonly definitions: {
    readonly bindings: Readonly<Record<string, { readonly methods: Readonly<Record<string, Method>> }>>;
  };
}
interface Method {
  readonly output?: { readonly $name: string; readonly $type?: string; readonly $lookupType: string };
}

/** How the `soap` package reads and writes messages. */
export interface PackageCodec {
  decode(xml: string): unknown;
  /** @param isTypeGiven as its client calls it, with right namespaces; otherwise as its server does */
  encode(element: string, value: unknown, isTypeGiven: boolean): string;
}

/** Loads a service into the `soap` package. */
export async function packageCodec(contract: ServiceContract): Promise<PackageCodec> {
  const wsdl = await loadWsdl();
  const types = new Map<string, string>();
  for (const { methods } of Object.values(wsdl.definitions.bindings)) {
    for (const { output } of Object.values(methods))
      if (output) types.set(output.$name, output.$type ?? output.$lookupType);
  }
  return {
    decode: (xml) => wsdl.xmlToObject(xml),
    encode: (element, value, isTypeGiven) =>
      wsdl.objectToDocumentXML(
        element,
        value,
        'tns',
        contract.namespace,
        isTypeGiven ? types.get(element) : undefined,
      ),
  };
}

async function loadWsdl(): Promise<PackageWsdl> {
  const { WSDL } = createRequire(import.meta.url)('soap') as {
    WSDL: new (definition: string, uri: string, options: object) => PackageWsdl;
  };
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-bench-'));
  try {
    const file = join(directory, 'service.wsdl');
    writeFileSync(file, serviceWsdl());
    const wsdl = new WSDL(serviceWsdl(), file, {});
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
