import { childOf, type TreeElement } from '../../soap/decode/parse-tree.js';

/** Encoding of an operation at one port, by its binding. */
export interface BoundOperation {
  readonly name: string;
  readonly style: 'document' | 'rpc';
  readonly soapAction: string;
  /** Of the body's element in RPC; null: that of the WSDL. */
  readonly namespace: string | null;
  readonly isEncoded: boolean;
}

/** A port that speaks SOAP over HTTP. */
export interface SoapPort {
  readonly name: string;
  readonly version: '1.1' | '1.2';
  readonly address: string;
  readonly operations: ReadonlyMap<string, BoundOperation>;
}

const versions: ReadonlyMap<string, '1.1' | '1.2'> = new Map([
  ['http://schemas.xmlsoap.org/wsdl/soap/', '1.1'],
  ['http://schemas.xmlsoap.org/wsdl/soap12/', '1.2'],
]);

/** SOAP ports of a WSDL and its imports, SOAP 1.1 first, since the `soap` package ignores versions. */
export function soapPorts(documents: readonly TreeElement[]): SoapPort[] {
  const bindings = new Map(
    all(documents, 'binding').map((each) => [each.attributes.get('name') ?? '', each] as const),
  );
  const ports = all(documents, 'service')
    .flatMap(({ children }) => children.filter(({ localName }) => localName === 'port'))
    .flatMap((port) => {
      const binding = bindings.get(localPart(port.attributes.get('binding')));
      const address = port.children.find(({ namespace }) => versions.has(namespace));
      const version = versions.get(address?.namespace ?? '');
      const location = address?.attributes.get('location');
      if (binding === undefined || version === undefined || location === undefined) return [];
      const name = port.attributes.get('name') ?? '';
      return [{ name, version, address: location, operations: operationsOf(binding) }];
    });
  return ports.toSorted((a, b) => a.version.localeCompare(b.version));
}

function operationsOf(binding: TreeElement): Map<string, BoundOperation> {
  const style = childOf(binding, 'binding')?.attributes.get('style');
  const operations = binding.children.filter(({ localName }) => localName === 'operation');
  return new Map(
    operations.map((operation) => {
      const name = operation.attributes.get('name') ?? '';
      const own = childOf(operation, 'operation')?.attributes;
      const body = childOf(childOf(operation, 'input'), 'body')?.attributes;
      const bound: BoundOperation = {
        name,
        style: (own?.get('style') ?? style) === 'rpc' ? 'rpc' : 'document',
        soapAction: own?.get('soapAction') ?? '',
        namespace: body?.get('namespace') ?? null,
        isEncoded: body?.get('use') === 'encoded',
      };
      return [name, bound];
    }),
  );
}

function all(documents: readonly TreeElement[], localName: string): TreeElement[] {
  return documents.flatMap(({ children }) => children.filter((each) => each.localName === localName));
}

function localPart(qname = ''): string {
  return qname.slice(qname.indexOf(':') + 1);
}
