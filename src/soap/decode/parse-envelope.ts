import { setImmediate as nextTurn } from 'node:timers/promises';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { isXmlBlank } from '../contract/lexical.js';
import { defaultSoapLimits, type SoapLimits, SOAP_11, SOAP_12, SOAP_ACTOR_NEXT } from '../contract/limits.js';
import {
  clientFault,
  noOperation,
  shown,
  shownQName,
  tooMuch,
  versionMismatch,
  SoapFault,
} from '../contract/soap-fault.js';

/** Receives the single child of the Body: its tags and texts, well nested. */
export interface MessageSink {
  /** @param hasAttributes false when there is no use in looking for one, which is what most elements are asked for */
  open(tag: SaxesTagNS, hasAttributes: boolean): void;
  text(chunk: string): void;
  close(): void;
}

type Parser = SaxesParser<{ xmlns: true; forceXMLVersion: true; defaultXMLVersion: '1.0' }>;

/**
 * Reads a SOAP 1.1 envelope: no DOCTYPE, bounded in every direction, stops at the first error.
 * @param xml the decoded document
 * @param sink gets the events of the message element, the first of them its start tag
 * @param hasReferences lets elements with an id follow the message in the Body, as SOAP encoding has them
 * @throws SoapFault Client, VersionMismatch or MustUnderstand; whatever `sink` throws
 */
export function parseEnvelope(
  xml: string,
  limits: SoapLimits,
  sink: MessageSink,
  { hasReferences = false } = {},
): void {
  const reader = takeReader(limits, sink, hasReferences);
  reader.write(xml);
  reader.end();
  idleReader = reader;
}

/** A document of more characters is read in parts: one of a megabyte takes some 30 ms. */
export const LONG_DOCUMENT_CHARS = 64 * 1024;

/**
 * Like parseEnvelope, yielding to the event loop within long documents.
 * @throws SoapFault as parseEnvelope; any error of `sink`
 */
export async function parseLongEnvelope(
  xml: string,
  limits: SoapLimits,
  sink: MessageSink,
  { hasReferences = false } = {},
): Promise<void> {
  const reader = takeReader(limits, sink, hasReferences);
  for (let start = 0; start < xml.length; start += LONG_DOCUMENT_CHARS) {
    if (start > 0) await nextTurn();
    reader.write(xml.slice(start, start + LONG_DOCUMENT_CHARS));
  }
  reader.end();
  idleReader = reader;
}

/** It comes back only when it is as new: after an error the parser stands somewhere in the middle. */
function takeReader(limits: SoapLimits, sink: MessageSink, hasReferences: boolean): EnvelopeReader {
  const reader = idleReader ?? new EnvelopeReader();
  idleReader = null;
  reader.begin(limits, sink, hasReferences);
  return reader;
}

let idleReader: EnvelopeReader | null = null;

/** A parser with its handlers. Making these costs as much as reading a small request, so they are used again. */
class EnvelopeReader {
  private readonly parser: Parser = new SaxesParser({
    xmlns: true,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });
  private structure = new EnvelopeStructure(NOTHING);
  private bounds = new DocumentBounds(defaultSoapLimits);

  constructor() {
    const { parser } = this;
    // At most six handlers: the seventh turns V8's parser object into a dictionary, five times slower.
    // Therefore errors are caught, not listened to.
    parser.on('doctype', () => {
      throw clientFault('The request contains a DOCTYPE, which SOAP does not allow.');
    });
    parser.on('attribute', ({ name, prefix, value }) => {
      this.bounds.attribute(name, value, prefix === 'xmlns' || name === 'xmlns');
    });
    parser.on('opentag', (tag) => {
      const hasAttributes = this.bounds.open(tag.name);
      this.structure.open(tag, hasAttributes);
    });
    parser.on('closetag', () => {
      this.bounds.close();
      this.structure.close();
    });
    const onText = (chunk: string): void => {
      this.bounds.text(chunk);
      this.structure.text(chunk);
    };
    parser.on('text', onText);
    parser.on('cdata', onText);
  }

  begin(limits: SoapLimits, sink: MessageSink, hasReferences: boolean): void {
    this.structure = new EnvelopeStructure(sink, hasReferences);
    this.bounds = new DocumentBounds(limits);
  }

  write(xml: string): void {
    explaining(() => this.parser.write(xml));
  }

  end(): void {
    explaining(() => this.parser.close());
    this.structure.end();
    // Nothing of the request is kept.
    this.structure = new EnvelopeStructure(NOTHING);
  }
}

const NOTHING: MessageSink = { open: () => undefined, text: () => undefined, close: () => undefined };

function explaining(read: () => void): void {
  try {
    read();
  } catch (error) {
    throw malformed(error) ?? error;
  }
}

/** The fault for a complaint of the parser, which begins with line and column; null for any other error. */
function malformed(error: unknown): SoapFault | null {
  const match =
    error instanceof SoapFault || !(error instanceof Error) ? null : COMPLAINT.exec(error.message);
  if (match === null) return null;
  const [, line, column, reason = ''] = match;
  const where = `line ${line}, column ${column}: ${reason.replace(/\.$/, '')}`;
  return clientFault(`The request is not well-formed XML (${where}).`);
}

/** The text after the third colon is of the request and is not shown. */
const COMPLAINT = /^(\d+):(\d+): ([^:]*)/;

/** Counts what the parser meets. */
class DocumentBounds {
  private elements = 0;
  /** Attributes and namespace declarations since the last start tag, that is of the tag which is being read. */
  private attributes = 0;
  private declarations = 0;
  private attributesTotal = 0;
  private textChars = 0;
  private readonly childCounts: number[] = [0];

  constructor(private readonly limits: SoapLimits) {}

  attribute(name: string, value: string, isDeclaration: boolean): void {
    const { limits } = this;
    if (++this.attributes > limits.maxAttributes) throw tooMuch('number of attributes');
    if (++this.attributesTotal > limits.maxAttributesTotal) throw tooMuch('number of attributes');
    if (name.length > limits.maxNameChars) throw tooMuch('attribute name');
    if (value.length > limits.maxAttributeChars) throw tooMuch('attribute');
    if (!isDeclaration) return;
    if (++this.declarations > limits.maxNamespaceDeclarations)
      throw tooMuch('number of namespace declarations');
    if (value.length > limits.maxNamespaceChars) throw tooMuch('namespace name');
  }

  /** @returns true when the element has attributes, namespace declarations included */
  open(name: string): boolean {
    const { childCounts, limits } = this;
    const hasAttributes = this.attributes > 0;
    this.attributes = this.declarations = this.textChars = 0;
    if (name.length > limits.maxNameChars) throw tooMuch('element name');
    if (++this.elements > limits.maxElements) throw tooMuch('number of elements');
    if (childCounts.length > limits.maxDepth) throw tooMuch('depth of elements');
    const siblings = (childCounts[childCounts.length - 1] ?? 0) + 1;
    if (siblings > limits.maxChildren) throw tooMuch('number of children');
    childCounts[childCounts.length - 1] = siblings;
    childCounts.push(0);
    return hasAttributes;
  }

  text(chunk: string): void {
    this.textChars += chunk.length;
    if (this.textChars > this.limits.maxTextChars) throw tooMuch('text of an element');
  }

  close(): void {
    this.textChars = 0;
    this.childCounts.pop();
  }
}

/** Envelope, Header and Body; the one child of the Body goes to the sink. */
class EnvelopeStructure {
  private depth = 0;
  private inHeader = false;
  private sawHeader = false;
  private sawBody = false;
  private messages = 0;

  constructor(
    private readonly sink: MessageSink,
    private readonly hasReferences = false,
  ) {}

  open(tag: SaxesTagNS, hasAttributes: boolean): void {
    this.depth++;
    if (this.depth > 3) {
      if (!this.inHeader) this.sink.open(tag, hasAttributes);
    } else if (this.depth === 3) this.openBlock(tag, hasAttributes);
    else if (this.depth === 2) this.openPart(tag);
    else requireEnvelope(tag);
  }

  text(chunk: string): void {
    if (this.depth >= 3) {
      if (!this.inHeader) this.sink.text(chunk);
    } else if (this.depth === 0 && !isXmlBlank(chunk))
      throw clientFault('The SOAP envelope contains text outside of its Body.');
  }

  close(): void {
    if (this.depth >= 3 && !this.inHeader) this.sink.close();
    if (this.depth === 2) this.inHeader = false;
    this.depth--;
  }

  end(): void {
    if (!this.sawBody) throw new SoapFault('Server', 'Fault occurred while processing.');
    if (this.messages === 0) throw noOperation();
  }

  private openPart(tag: SaxesTagNS): void {
    const known = tag.uri === SOAP_11;
    if (known && tag.local === 'Header' && !this.sawHeader) {
      this.inHeader = this.sawHeader = true;
    } else if (known && tag.local === 'Body' && !this.sawBody) {
      this.sawBody = true;
    } else {
      throw clientFault(`Unexpected element ${shownQName(tag.uri, tag.local)} in the SOAP envelope.`);
    }
  }

  private openBlock(tag: SaxesTagNS, hasAttributes: boolean): void {
    if (this.inHeader) {
      refuseMandatory(tag);
    } else if (++this.messages > 1 && !(this.hasReferences && Object.hasOwn(tag.attributes, 'id'))) {
      throw clientFault('The SOAP Body has more than one child element.');
    } else {
      this.sink.open(tag, hasAttributes);
    }
  }
}

function requireEnvelope(tag: SaxesTagNS): void {
  if (tag.uri === SOAP_11) {
    if (tag.local === 'Envelope') return;
    throw clientFault(`A SOAP envelope was expected, not the element ${shownQName(tag.uri, tag.local)}.`);
  }
  if (tag.uri === SOAP_12) throw versionMismatch();
  const text =
    tag.uri === ''
      ? `No namespace on "${shown(tag.local)}" element. You must send a SOAP request.`
      : `"${shown(tag.uri)}", the namespace on the "${shown(tag.local)}" element, is not a valid SOAP version.`;
  throw new SoapFault('VersionMismatch', text);
}

/** Refuses headers that must be understood, as CXF does, since none is processed. */
function refuseMandatory(tag: SaxesTagNS): void {
  let mandatory = false;
  let actor = '';
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (attribute?.uri !== SOAP_11) continue;
    if (attribute.local === 'mustUnderstand') mandatory = /^\s*(1|true)\s*$/.test(attribute.value);
    if (attribute.local === 'actor') actor = attribute.value.trim();
  }
  if (mandatory && (actor === '' || actor === SOAP_ACTOR_NEXT)) {
    const header = shownQName(tag.uri, tag.local);
    throw new SoapFault('MustUnderstand', `MustUnderstand headers: [${header}] are not understood.`);
  }
}
