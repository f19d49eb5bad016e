import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { createClientAsync, type Client, type IOptions, type SoapMethod } from 'soap';
import { SOAP_11, SOAP_12 } from '../../soap/contract/limits.js';
import { childOf, parseTree } from '../../soap/decode/parse-tree.js';
import { NoAnswerError } from '../../soap-client/post-envelope.js';
import { answerDeserializers } from './answer-values.js';
import { ShapeReader, type ElementShape } from './element-shape.js';
import { receivedFault, type WsdlFault } from './received-fault.js';
import type { DefinitionsModel, MethodModel } from './schema-model.js';
import { soapPorts, type BoundOperation, type SoapPort } from './soap-ports.js';
import { attributesKey, writeMessage } from './write-message.js';
import { WsdlError } from './wsdl-error.js';
import { textOf, WsdlHttp, type WsdlHttpOptions } from './wsdl-http.js';

/** Options for reading a WSDL and calling its service. */
export interface WsdlClientOptions extends Omit<WsdlHttpOptions, 'trustedOrigin'> {
  /** Endpoint that overrides the WSDL's address; null for none. */
  readonly endpoint: string | null;
  /** True when imports and address may have another origin than the WSDL. */
  readonly allowsOtherOrigins: boolean;
}

/** An operation that can be called, with what it takes. */
export interface WsdlOperation {
  readonly name: string;
  readonly port: SoapPort;
  readonly url: string;
  readonly body: ElementShape;
  readonly method: MethodModel;
}

/** An exchange as it went; exactly one of answer and fault counts. */
export interface WsdlExchange {
  readonly requestXml: string;
  readonly answerXml: string;
  readonly answer: unknown;
  readonly fault: WsdlFault | null;
}

/** A client of any service that has a WSDL, by way of the `soap` package. */
export class WsdlClient {
  private constructor(
    private readonly client: Client,
    private readonly ports: readonly SoapPort[],
    private readonly location: string,
    private readonly options: WsdlClientOptions,
  ) {}

  /**
   * Reads a WSDL and what it imports.
   * @param location a URL, or the name of a file
   * @throws WsdlError; NoAnswerError when it cannot be fetched
   */
  static async open(location: string, options: WsdlClientOptions): Promise<WsdlClient> {
    const trustedOrigin = originOf(options.endpoint ?? location);
    const http = new WsdlHttp({ ...options, trustedOrigin });
    if (!isUrl(location)) readDocument(http, location);
    const overrideImportLocation = (path: string): string => allowedImport(path, location, http, options);
    const soapOptions: IOptions = {
      httpClient: http,
      disableCache: true,
      wsdl_options: { overrideImportLocation },
      attributesKey,
      handleNilAsNull: true,
      preserveWhitespace: true,
      customDeserializer: answerDeserializers,
    };
    try {
      const client = await createClientAsync(location, soapOptions);
      return new WsdlClient(client, soapPorts(http.documents), location, options);
    } catch (error) {
      if (error instanceof WsdlError || error instanceof NoAnswerError) throw error;
      throw new WsdlError(
        `the WSDL cannot be read: ${error instanceof Error ? error.message : 'no reason given'}`,
      );
    }
  }

  /** Names of all operations, each once. */
  get operationNames(): string[] {
    return [...new Set(this.ports.flatMap(({ operations }) => [...operations.keys()]))];
  }

  /** Addresses of the WSDL, those of SOAP 1.1 first. */
  get addresses(): string[] {
    return this.ports.map(({ address }) => address);
  }

  /** An operation by its name; null: there is none. @throws WsdlError when it cannot be sent */
  operation(name: string): WsdlOperation | null {
    const port = this.ports.find(({ operations }) => operations.has(name));
    const bound = port?.operations.get(name);
    if (port === undefined || bound === undefined) return null;
    const definitions = this.client.wsdl.definitions as unknown as DefinitionsModel;
    const method = methodOf(definitions, port, name);
    if (bound.isEncoded) throw new WsdlError(`${name} is rpc/encoded, which is not supported`);
    return { name, port, url: this.urlOf(port), body: bodyOf(definitions, bound, method), method };
  }

  /** Calls an operation once. @throws ArgumentError before anything is sent; NoAnswerError; WsdlError */
  async call({ name, port, url, body, method }: WsdlOperation, args: unknown): Promise<WsdlExchange> {
    const { client } = this;
    const xml = writeMessage(body, args);
    const bound = port.operations.get(name);
    // With a body that is written already, the package has nothing to tell apart.
    method.style = 'document';
    method.soapAction = bound?.soapAction ?? '';
    client.wsdl.options.forceSoap12Headers = port.version === '1.2';
    client.setEndpoint(url);
    const send = sender(client, port, name);
    return new Promise((resolve, reject) => {
      const done = (error: unknown, answer: unknown, raw: unknown, _header: unknown, sent: unknown): void => {
        const requestXml = typeof sent === 'string' ? sent : (client.lastRequest ?? '');
        const answerXml = typeof raw === 'string' ? raw : String(client.lastResponse ?? '');
        const fault = receivedFault(error);
        if (error instanceof NoAnswerError) reject(error);
        else if (fault === null && (error || !isAnswerTo(name, method, answerXml, port)))
          reject(new NoAnswerError(`${new URL(url).origin} answers, and not as ${name} does`));
        else resolve({ requestXml, answerXml, answer: fault === null ? answerOf(answer) : null, fault });
      };
      send({ _xml: xml }, done);
    });
  }

  /**
   * URL of a port.
   * @throws WsdlError when the WSDL leads elsewhere
   */
  private urlOf({ address }: SoapPort): string {
    const { endpoint, allowsOtherOrigins } = this.options;
    if (endpoint !== null) return endpoint;
    if (!isUrl(address)) throw new WsdlError(`the WSDL gives no address over HTTP: say --endpoint`);
    const origin = originOf(this.location);
    if (origin === null || allowsOtherOrigins || originOf(address) === origin) return address;
    throw new WsdlError(
      `the WSDL of ${origin} leads to ${address}; if that is meant, say --endpoint ${address}`,
    );
  }
}

/** True for an operation's answer: an envelope with its element, or with nothing. */
function isAnswerTo(name: string, { output }: MethodModel, xml: string, { version }: SoapPort): boolean {
  if (xml.trim() === '') return true;
  const namespace = version === '1.2' ? SOAP_12 : SOAP_11;
  try {
    const envelope = parseTree(xml);
    const [first] = childOf(envelope, 'Body')?.children ?? [];
    const isOwn = first === undefined || [output?.$name, `${name}Response`].includes(first.localName);
    return envelope.namespace === namespace && envelope.localName === 'Envelope' && isOwn;
  } catch {
    return false;
  }
}

/** An answer without anything in its Body comes as the whole envelope. */
function answerOf(answer: unknown): unknown {
  const isEmptyEnvelope =
    typeof answer === 'object' && answer !== null && 'Body' in answer && answer.Body === null;
  return isEmptyEnvelope ? null : (answer ?? null);
}

function methodOf({ services }: DefinitionsModel, port: SoapPort, name: string): MethodModel {
  for (const { ports } of Object.values(services)) {
    const method = ports[port.name]?.binding.methods[name];
    if (method !== undefined) return method;
  }
  throw new WsdlError(`the WSDL binds ${name}, but does not define it`);
}

function sender(client: Client, port: SoapPort, name: string): SoapMethod {
  const { services } = client.wsdl.definitions as unknown as DefinitionsModel;
  const service = Object.keys(services).find((each) => services[each]?.ports[port.name] !== undefined) ?? '';
  return (client[service] as Record<string, Record<string, SoapMethod>>)[port.name]?.[name] as SoapMethod;
}

function bodyOf(definitions: DefinitionsModel, bound: BoundOperation, { input }: MethodModel): ElementShape {
  if (input === null) throw new WsdlError(`the WSDL does not define the request of ${bound.name}`);
  const shapes = new ShapeReader(definitions);
  if (bound.style === 'document') return shapes.documentBody(input);
  return shapes.rpcBody(bound.name, bound.namespace ?? definitions.$targetNamespace ?? '', input);
}

/** Path of a permitted import: within its own origin for a URL, within its folder for a file. */
function allowedImport(path: string, location: string, http: WsdlHttp, options: WsdlClientOptions): string {
  const shown = path.replace(/[?#].*$/, '');
  if (isUrl(path)) {
    if (options.allowsOtherOrigins || (isUrl(location) && originOf(path) === originOf(location))) return path;
    throw new WsdlError(`the WSDL imports ${shown}, of another origin; --other-origins allows that`);
  }
  if (isUrl(location)) throw new WsdlError(`the WSDL imports ${shown}, which is no http:// or https:// URL`);
  readDocument(http, path, dirname(realpathOf(location)));
  return path;
}

/** Reads a file as the package will, to hold it to the bounds. @throws WsdlError */
function readDocument(http: WsdlHttp, file: string, folder: string | null = null): void {
  const path = realpathOf(file);
  if (folder !== null && relative(folder, path).startsWith('..'))
    throw new WsdlError(`the WSDL imports ${file}, which is outside its folder`);
  if (!statSync(path).isFile()) throw new WsdlError(`${file} is not a file`);
  http.addDocument(file, textOf(readFileSync(path), ''));
}

function realpathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    throw new WsdlError(`no WSDL: ${file} cannot be read`);
  }
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function originOf(location: string): string | null {
  return isUrl(location) ? new URL(location).origin : null;
}
