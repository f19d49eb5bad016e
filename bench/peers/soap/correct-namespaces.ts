/** The part of the package's server that is corrected; its own types are loose here. */
export interface NodeSoapServer {
  readonly wsdl: {
    objectToDocumentXML(name: string, params: unknown, prefix: string, uri: string, type?: string): string;
    readonly definitions: {
      readonly bindings: Readonly<Record<string, { readonly methods: Readonly<Record<string, Method>> }>>;
    };
  };
}
interface Method {
  readonly output?: { readonly $name: string; readonly $type?: string; readonly $lookupType: string };
}

/** Hands in the type of the answer, which the package's server leaves out. */
export function correctNamespaces({ wsdl }: NodeSoapServer): void {
  const original = wsdl.objectToDocumentXML.bind(wsdl);
  const types = new Map<string, string>();
  for (const { methods } of Object.values(wsdl.definitions.bindings)) {
    for (const { output } of Object.values(methods))
      if (output) types.set(output.$name, output.$type ?? output.$lookupType);
  }
  wsdl.objectToDocumentXML = (name, params, prefix, uri) =>
    original(name, params, prefix, uri, types.get(name));
}
