import type { SaxesTagNS } from 'saxes';
import { isXmlBlank } from '../contract/lexical.js';
import type { SoapLimits } from '../contract/limits.js';
import { clientFault, shown, tooMuch } from '../contract/soap-fault.js';
import type { MessageSink } from './parse-envelope.js';

const XOP = 'http://www.w3.org/2004/08/xop/include';
type Attributes = SaxesTagNS['attributes'];

/** Thrown by a reader that met a reference: the message must be read again, whole, with `ReferencedMessage`. */
export class ReferenceFound extends Error {}

interface Element {
  readonly tag: SaxesTagNS;
  readonly content: (Element | string)[];
}

/** True for an element whose content is elsewhere in the request. */
export function isReference(tag: SaxesTagNS): boolean {
  return hrefOf(tag) !== undefined;
}

/**
 * Collects a message with references (`href="#id"`, as PHP and Axis 1 write) or attachments (`cid:`, XOP). It
 * then passes the message to another sink with every reference resolved.
 */
export class ReferencedMessage implements MessageSink {
  private readonly top: Element[] = [];
  private readonly stack: Element[] = [];
  private readonly byId = new Map<string, Element>();
  /** Elements whose references are being followed: one that is met again refers to itself. */
  private readonly following = new Set<Element>();
  private readonly referenced = new Set<Element>();
  private elements = 0;
  private chars = 0;

  constructor(
    private readonly limits: SoapLimits,
    private readonly attachments: ReadonlyMap<string, Buffer>,
  ) {}

  open(tag: SaxesTagNS): void {
    const element: Element = { tag, content: [] };
    const id = plainAttribute(tag, 'id');
    if (id !== undefined) {
      if (this.byId.has(id)) throw clientFault(`The id "${shown(id)}" was given more than once.`);
      this.byId.set(id, element);
    }
    (this.stack[this.stack.length - 1]?.content ?? this.top).push(element);
    this.stack.push(element);
  }

  text(chunk: string): void {
    this.stack[this.stack.length - 1]?.content.push(chunk);
  }

  close(): void {
    this.stack.pop();
  }

  /** @throws SoapFault Client for a reference to nothing, to itself or beyond the limits; whatever `sink` throws */
  tell(sink: MessageSink): void {
    const [message, ...others] = this.top;
    if (message === undefined) return;
    this.write(message, sink, 1);
    // An element without a reference to it is a second message.
    if (others.some((other) => !this.referenced.has(other)))
      throw clientFault('The SOAP Body has more than one child element.');
  }

  private write(element: Element, sink: MessageSink, depth: number): void {
    const { tag, source } = this.resolve(element);
    if (++this.elements > this.limits.maxElements) throw tooMuch('number of elements');
    if (depth > this.limits.maxDepth) throw tooMuch('depth of elements');
    sink.open(tag, true);
    if (typeof source === 'string') this.writeText(source, sink);
    else this.writeContent(source, sink, depth);
    sink.close();
  }

  private writeContent(element: Element, sink: MessageSink, depth: number): void {
    if (this.following.has(element)) throw clientFault('A reference of the request refers to itself.');
    this.following.add(element);
    for (const item of element.content) {
      if (typeof item === 'string') this.writeText(item, sink);
      else if (isInclude(item.tag)) this.writeText(this.attachment(hrefOf(item.tag) ?? ''), sink);
      else this.write(item, sink, depth + 1);
    }
    this.following.delete(element);
  }

  private writeText(text: string, sink: MessageSink): void {
    this.chars += text.length;
    if (this.chars > this.limits.maxBodyBytes) throw tooMuch('text of the references');
    sink.text(text);
  }

  /** The element's own name with the attributes and the content of what it refers to, along a chain of references. */
  private resolve(element: Element): { tag: SaxesTagNS; source: Element | string } {
    const seen = new Set<Element>();
    let attributes: Attributes = {};
    for (let at = element; ;) {
      if (seen.has(at)) throw clientFault('A reference of the request refers to itself.');
      seen.add(at);
      attributes = { ...at.tag.attributes, ...attributes };
      // An element with content of its own refers to nothing: that content was sent.
      const href = isEmpty(at) ? hrefOf(at.tag) : undefined;
      const tag = { ...element.tag, attributes };
      if (href === undefined) return { tag, source: at };
      if (!href.startsWith('#')) return { tag, source: this.attachment(href) };
      at = this.target(href);
    }
  }

  private target(href: string): Element {
    const target = this.byId.get(href.slice(1));
    if (target === undefined) throw unresolved(href);
    this.referenced.add(target);
    return target;
  }

  private attachment(href: string): string {
    const bytes = href.startsWith('cid:') ? this.attachments.get(decodeId(href.slice(4))) : undefined;
    if (bytes === undefined) throw unresolved(href);
    return bytes.toString('base64');
  }
}

/** True for an element that stands for an attachment within a text. */
export function isInclude(tag: SaxesTagNS): boolean {
  return tag.local === 'Include' && tag.uri === XOP;
}

function hrefOf(tag: SaxesTagNS): string | undefined {
  return plainAttribute(tag, 'href');
}

function plainAttribute(tag: SaxesTagNS, name: string): string | undefined {
  const attribute = Object.hasOwn(tag.attributes, name) ? tag.attributes[name] : undefined;
  return attribute?.value.trim();
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function isEmpty({ content }: Element): boolean {
  return content.every((item) => typeof item === 'string' && isXmlBlank(item));
}

function unresolved(href: string) {
  return clientFault(`The reference "${shown(href)}" points to nothing in the request.`);
}
