import { isUtf8 } from 'node:buffer';
import type { SaxesTagNS } from 'saxes';
import { isXmlText, parseBase64, type SimpleValue } from '../contract/lexical.js';
import { type SoapLimits, SOAP_ENCODING, XSI } from '../contract/limits.js';
import { clientFault, shown, type SoapFault } from '../contract/soap-fault.js';
import type { ElementPlan, TypePlan } from './decode-plan.js';
import { type MessageSink, parseEnvelope, parseLongEnvelope } from './parse-envelope.js';
import { isInclude, isReference, ReferencedMessage, ReferenceFound } from './resolve-references.js';
import { mayBeSecret } from './may-be-secret.js';
import { invalidValue, unexpectedElement, type UnknownElementFault } from './unmarshalling-faults.js';

/** Inputs of `decodeMessage`, beside the document. */
export interface DecodeOptions {
  readonly limits: SoapLimits;
  /** Ignore unknown elements instead of refusing them. */
  readonly lenient: boolean;
  readonly unknownElementFault?: UnknownElementFault | undefined;
  /** Namespaces that a child may stand in although another one is declared for it, '' included. */
  readonly knownNamespaces: ReadonlySet<string>;
  /** Attachments by Content-ID, for `cid:` references. */
  readonly attachments?: ReadonlyMap<string, Buffer> | undefined;
  /** The plan for the child of the Body. @throws SoapFault when there is none */
  readonly resolve: (uri: string, local: string) => ElementPlan;
}

/** A decoded complex element: keys come from the contract, never from the request. */
export type Message = Record<string, unknown>;

/**
 * Decodes the message of a SOAP envelope. Absent elements are absent, nil is null (absent where the contract
 * has no nil). Repeated elements are arrays; of a simple element that is given again the last counts.
 * @throws SoapFault Client, VersionMismatch or MustUnderstand
 */
export function decodeMessage(xml: string, options: DecodeOptions): unknown {
  const reader = new MessageReader(options);
  try {
    parseEnvelope(xml, options.limits, reader);
    return reader.finished();
  } catch (error) {
    if (!(error instanceof ReferenceFound)) throw reader.firstFault(error);
  }
  const message = new ReferencedMessage(options.limits, options.attachments ?? new Map());
  parseEnvelope(xml, options.limits, message, { hasReferences: true });
  return resolved(message, options);
}

/**
 * Like decodeMessage, yielding to the event loop within long documents.
 * @throws SoapFault as decodeMessage
 */
export async function decodeLongMessage(xml: string, options: DecodeOptions): Promise<unknown> {
  const reader = new MessageReader(options);
  try {
    await parseLongEnvelope(xml, options.limits, reader);
    return reader.finished();
  } catch (error) {
    if (!(error instanceof ReferenceFound)) throw reader.firstFault(error);
  }
  const message = new ReferencedMessage(options.limits, options.attachments ?? new Map());
  await parseLongEnvelope(xml, options.limits, message, { hasReferences: true });
  return resolved(message, options);
}

/** Few clients write references, so only their messages are collected before they are read. */
function resolved(message: ReferencedMessage, options: DecodeOptions): unknown {
  const reader = new MessageReader(options, true);
  try {
    message.tell(reader);
    return reader.finished();
  } catch (error) {
    throw reader.firstFault(error);
  }
}

/** Names that SOAP::Lite and PHP invent for parameters without a name. */
const GENERIC_NAME = /^(?:c-gensym|param)\d+$/;

/** An element that is being read. */
interface Frame {
  plan: ElementPlan;
  value: Message;
  text: string;
  nil: boolean;
  /** True for an element that was bound by its own name. */
  meant: boolean;
  /** SOAP::Lite sends strings with non-ASCII characters as base64 and says so in xsi:type. */
  base64: boolean;
  children: number;
  /** True after a child was found by its own name: then position means nothing. */
  named: boolean;
}

class MessageReader implements MessageSink {
  private result: unknown = null;
  /** The first value that is none. The rest is read first: it tells which texts are passwords. */
  private invalid: Frame | null = null;
  private readonly secrets: string[] = [];
  private readonly stack: Frame[] = [];
  /** Depth inside an ignored element. */
  private skipping = 0;

  /** The namespace that was asked for last, which is nearly always the next one's as well. */
  private lastUri = '';
  private isLastKnown = true;

  constructor(
    private readonly options: DecodeOptions,
    private readonly areReferencesResolved = false,
  ) {}

  open(tag: SaxesTagNS, hasAttributes: boolean): void {
    if (this.skipping > 0) {
      this.skipping++;
      return;
    }
    const parent = this.stack[this.stack.length - 1];
    const plan = parent === undefined ? this.options.resolve(tag.uri, tag.local) : this.find(parent, tag);
    if (plan === null) this.skipping = 1;
    else this.push(plan, tag, hasAttributes);
  }

  text(chunk: string): void {
    if (this.skipping > 0) return;
    const frame = this.stack[this.stack.length - 1];
    if (frame === undefined) return;
    if (frame.plan.type === null) frame.text += chunk;
  }

  close(): void {
    if (this.skipping > 0) {
      this.skipping--;
      return;
    }
    const frame = this.stack.pop();
    if (frame === undefined) return;
    const value = valueOf(frame);
    if (value === undefined) this.invalid ??= frame;
    if (frame.plan.isSecret && frame.text !== '') this.secrets.push(frame.text);
    const parent = this.stack[this.stack.length - 1];
    if (parent === undefined) this.result = value ?? (frame.plan.type === null ? null : {});
    else store(parent.value, frame.plan, value);
  }

  /** @throws SoapFault when a value was none */
  finished(): unknown {
    if (this.invalid !== null) throw invalidFault(this.invalid, this.secrets);
    return this.result;
  }

  /** The fault to answer when reading ended by `error`. */
  firstFault(error: unknown): unknown {
    return this.invalid === null ? error : invalidFault(this.invalid, this.secrets);
  }

  private push(plan: ElementPlan, tag: SaxesTagNS, hasAttributes: boolean): void {
    const value = plan.type === null ? NO_CHILDREN : {};
    const meant = tag.local === plan.name;
    const frame = { plan, value, text: '', nil: false, meant, base64: false, children: 0, named: false };
    if (hasAttributes) {
      if (!this.areReferencesResolved && isReference(tag)) throw new ReferenceFound();
      readInstanceAttributes(frame, tag);
    }
    this.stack.push(frame);
  }

  private isKnown(uri: string): boolean {
    if (uri !== this.lastUri) {
      this.lastUri = uri;
      this.isLastKnown = this.options.knownNamespaces.has(uri);
    }
    return this.isLastKnown;
  }

  /** The plan for a child element, null when the element is to be ignored. */
  private find(frame: Frame, tag: SaxesTagNS): ElementPlan | null {
    if (frame.nil || frame.plan.typeName === 'anyType') return null;
    const type = frame.plan.type;
    const plan = type === null ? null : this.findChild(frame, type, tag);
    if (plan === null) {
      if (isInclude(tag)) throw new ReferenceFound();
      if (type !== null && (type.ignoresUnknown || type.tolerated.has(tag.local))) return null;
      if (this.options.lenient) return null;
      throw unexpectedElement(tag, type?.fields ?? [], this.options.unknownElementFault ?? 'unmarshalling');
    }
    // Two credentials or contexts: nobody knows which was checked on the way here.
    if (plan.type !== null && !plan.repeated && frame.value[plan.name] !== undefined) {
      throw clientFault(`Element "${shown(plan.name)}" was given more than once.`);
    }
    return plan;
  }

  /**
   * By name in any namespace that could be meant, else as generic, else by position.
   * Source: docs/contract/clients.md#3, docs/contract/oxaas.md#1-1.
   */
  private findChild(frame: Frame, type: TypePlan, tag: SaxesTagNS): ElementPlan | null {
    const index = frame.children++;
    // The namespace that is declared for the child is among the known ones.
    if (!this.isKnown(tag.uri)) return null;
    const byName = type.byName.get(tag.local);
    if (byName !== undefined) {
      frame.named = true;
      return byName;
    }
    if (GENERIC_NAME.test(tag.local)) return byTypeOrPosition(frame, type, tag, index);
    const isPositional = tag.uri === '' && type.isOperation && !frame.named && !type.tolerated.has(tag.local);
    return isPositional ? byPosition(frame, type, index) : null;
  }
}

/** Children of an element that cannot have any. */
const NO_CHILDREN: Message = Object.freeze({});

/** XML Schema's name, and SOAP encoding's. */
const BASE64_TYPES: ReadonlySet<string> = new Set(['base64Binary', 'base64']);

function readInstanceAttributes(frame: Frame, tag: SaxesTagNS): void {
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (attribute?.uri === SOAP_ENCODING) refuseSparseArray(attribute.local);
    if (attribute?.uri !== XSI) continue;
    if (attribute.local === 'nil') frame.nil = /^\s*(?:1|true)\s*$/.test(attribute.value);
    else if (attribute.local === 'type') frame.base64 = BASE64_TYPES.has(localPart(attribute.value));
  }
}

/** SOAP 1.1, 5.4.2: the places of list members; read in the order of the document they would be other members. */
function refuseSparseArray(attribute: string): void {
  if (attribute === 'offset' || attribute === 'position')
    throw clientFault(`The attribute "${attribute}" of SOAP encoding is not supported.`);
}

function byTypeOrPosition(frame: Frame, type: TypePlan, tag: SaxesTagNS, index: number): ElementPlan | null {
  const typeName = xsiTypeOf(tag);
  // Simple types say nothing: SOAP::Lite guesses them from the value, so that a password of digits is an xsd:int.
  const isMeant = (field: ElementPlan): boolean =>
    (field.type !== null && field.typeName === typeName) || field.name === typeName;
  const atIndex = type.fields[index];
  if (atIndex !== undefined && isMeant(atIndex) && isFree(frame, atIndex)) return atIndex;
  const byType = type.fields.find((field) => isMeant(field) && isFree(frame, field));
  return byType ?? byPosition(frame, type, index);
}

/** The parameter at the position of the element, or the first one that nothing was bound to. */
function byPosition(frame: Frame, type: TypePlan, index: number): ElementPlan | null {
  const atIndex = type.fields[index];
  if (atIndex !== undefined && isFree(frame, atIndex)) return atIndex;
  return type.fields.find((field) => isFree(frame, field)) ?? null;
}

function isFree(frame: Frame, field: ElementPlan): boolean {
  return field.repeated || frame.value[field.name] === undefined;
}

function xsiTypeOf(tag: SaxesTagNS): string {
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (attribute?.uri === XSI && attribute.local === 'type') return localPart(attribute.value);
  }
  return '';
}

function localPart(qname: string): string {
  return qname.slice(qname.indexOf(':') + 1).trim();
}

/** nil and an empty boolean are null: not set. What is no value is undefined. */
function valueOf(frame: Frame): SimpleValue | Message | null | undefined {
  if (frame.nil) return null;
  const { parse, typeName } = frame.plan;
  if (parse === null) return frame.value;
  return frame.base64 && typeName === 'string' ? textOfBase64(frame.text) : parse(frame.text);
}

function invalidFault({ plan, text, meant }: Frame, secrets: readonly string[]): SoapFault {
  return invalidValue(plan, text, meant && !mayBeSecret(text, secrets));
}

/**
 * The text that SOAP::Lite sent as base64. Perl strings are bytes of UTF-8 or characters below 256, which then are ISO-8859-1.
 * What XML could not have carried as text is refused here too.
 */
function textOfBase64(base64: string): string | undefined {
  const bytes = parseBase64(base64);
  if (bytes === undefined) return undefined;
  const text = isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : Buffer.from(bytes).toString('latin1');
  return isXmlText(text) ? text : undefined;
}

function store(target: Message, plan: ElementPlan, value: SimpleValue | Message | null | undefined): void {
  if (plan.repeated) {
    if (value === null) return;
    const list = target[plan.name];
    if (Array.isArray(list)) list.push(value);
    else target[plan.name] = [value];
  } else if (value !== null || plan.nillable) {
    target[plan.name] = value;
  }
}
