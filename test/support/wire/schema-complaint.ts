import type { XmlBufferInputProvider, XsdValidator } from 'libxml2-wasm';

const SOAP_ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const validators = new Map<string, Promise<XsdValidator>>();
let files: XmlBufferInputProvider | undefined;

/** Not above, since mocha cannot require a module with top-level await. */
const importLibxml = () => import('libxml2-wasm');
let libxml: ReturnType<typeof importLibxml> | null = null;

/** Imported once: tsx asks a thread of its own for each import. */
const loadLibxml = () => (libxml ??= importLibxml());

/** Envelope, Body and Fault, strict about everything inside: only what the WSDL declares may appear. */
function envelopeSchema(imports: string): string {
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${SOAP_ENVELOPE}"
    xmlns:e="${SOAP_ENVELOPE}">${imports}
  <xs:element name="Envelope"><xs:complexType><xs:sequence>
    <xs:element ref="e:Header" minOccurs="0"/><xs:element ref="e:Body"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Header"/>
  <xs:element name="Body"><xs:complexType><xs:sequence>
    <xs:any namespace="##any" processContents="strict" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Fault"><xs:complexType><xs:sequence>
    <xs:element name="faultcode" type="xs:QName"/><xs:element name="faultstring" type="xs:string"/>
    <xs:element name="faultactor" type="xs:anyURI" minOccurs="0"/>
    <xs:element name="detail" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:any namespace="##any" processContents="strict"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element></xs:schema>`;
}

/** The inline schemas of a WSDL as stand-alone documents, by target namespace. */
function inlineSchemas(wsdl: string): Map<string, string> {
  const definitions = /<(?:\w+:)?definitions\b[^>]*>/.exec(wsdl)?.[0] ?? '';
  const outerPrefixes = [...definitions.matchAll(/xmlns:([\w.-]+)="[^"]*"/g)];
  const schemas = new Map<string, string>();
  for (const match of wsdl.matchAll(/<((?:\w+:)?)schema\b([^>]*)>[\s\S]*?<\/\1schema>/g)) {
    const head = match[2] ?? '';
    const inherited = outerPrefixes.filter((p) => !head.includes(`xmlns:${p[1]}=`)).map((p) => p[0]);
    const target = /targetNamespace="([^"]*)"/.exec(head)?.[1] ?? '';
    if (schemas.has(target)) throw new Error(`two inline schemas for ${target}`);
    const start = `<${match[1]}schema`;
    schemas.set(target, match[0].replace(start, `${start} ${inherited.join(' ')}`));
  }
  return schemas;
}

async function compile(endpoint: string, service: string): Promise<XsdValidator> {
  const { XmlBufferInputProvider, XmlDocument, xmlRegisterInputProvider, XsdValidator } = await loadLibxml();
  if (!files) xmlRegisterInputProvider((files = new XmlBufferInputProvider({})));
  const response = await fetch(`${endpoint}?wsdl`);
  if (response.status !== 200) throw new Error(`${endpoint}?wsdl answers ${response.status}`);
  const schemas = inlineSchemas(await response.text());
  const fileNames = new Map([...schemas.keys()].map((ns, i) => [ns, `wsdl-${service}-${i}.xsd`]));
  const located = (xml: string): string =>
    xml.replace(/(<(?:\w+:)?import\b[^>]*?)\s*(\/?>)/g, (whole, head: string, end: string) => {
      const file = fileNames.get(/namespace="([^"]*)"/.exec(head)?.[1] ?? '');
      return file ? `${head} schemaLocation="${file}"${end}` : whole;
    });
  for (const [ns, xml] of schemas) {
    files.addBuffer(fileNames.get(ns) ?? '', new TextEncoder().encode(located(xml)));
  }
  const imports = [...fileNames].map(([ns, f]) => `<xs:import namespace="${ns}" schemaLocation="${f}"/>`);
  const driver = XmlDocument.fromString(envelopeSchema(imports.join('')));
  try {
    return XsdValidator.fromDoc(driver);
  } finally {
    driver.dispose();
  }
}

/**
 * Validates a whole envelope, of a request or an answer (fault details too), against the inline schemas of the service's served WSDL,
 * compiled once per service.
 * @returns what the schema has to say against it, or null
 */
export async function schemaComplaint(
  endpoint: string,
  service: string,
  xml: string,
): Promise<string | null> {
  let compiled = validators.get(service);
  if (!compiled) validators.set(service, (compiled = compile(endpoint, service)));
  const validator = await compiled;
  const { XmlDocument } = await loadLibxml();
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    document.dispose();
  }
}
