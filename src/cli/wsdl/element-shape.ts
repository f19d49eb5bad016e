import type { DefinitionsModel, MessageModel, Prefixes, SchemaModel, SchemaNode } from './schema-model.js';
import { WsdlError } from './wsdl-error.js';

/** An element that a message may hold. */
export interface ElementShape {
  readonly name: string;
  /** Empty for an unqualified element. */
  readonly namespace: string;
  readonly isList: boolean;
  readonly isNillable: boolean;
  /** Read when needed, since types contain themselves. */
  readonly content: () => ContentShape;
}

/** Content of an element. */
export interface ContentShape {
  /** The XSD type of the text; null: there is none. */
  readonly text: string | null;
  /** Inherited ones first, in the order of the schema. */
  readonly members: readonly ElementShape[];
  readonly attributes: readonly string[];
}

const xsd = 'http://www.w3.org/2001/XMLSchema';
/** The prefix of names without one. */
const noPrefix = '__tns__';
const nothing: ContentShape = { text: null, members: [], attributes: [] };

/** Schema of a node, with the prefixes around it. */
interface Place {
  readonly schema: SchemaModel;
  /** Of the nodes around, nearest last. */
  readonly declared: Prefixes;
  readonly prefixes: Prefixes;
}

interface QName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads shapes of messages from a parsed WSDL, since the `soap` package's own writer loses namespaces of inherited members. */
export class ShapeReader {
  constructor(private readonly definitions: DefinitionsModel) {}

  /** The body's element of a document message. @throws WsdlError */
  documentBody(message: MessageModel): ElementShape {
    const { targetNamespace = '', $name = '' } = message;
    return this.globalElement({ namespace: targetNamespace, name: $name });
  }

  /** The body's element of an RPC message, with a member for each part. @throws WsdlError */
  rpcBody(name: string, namespace: string, { parts }: MessageModel): ElementShape {
    const members = Object.entries(parts ?? {}).map(([part, type]) => ({
      name: part,
      namespace: '',
      isList: false,
      isNillable: false,
      content: () => this.partContent(part, type),
    }));
    return { name, namespace, isList: false, isNillable: false, content: () => ({ ...nothing, members }) };
  }

  private partContent(part: string, type: string | SchemaNode | undefined): ContentShape {
    if (typeof type === 'string') return { ...nothing, text: localName(type) };
    if (typeof type?.xmlns === 'string')
      return this.namedContent({ namespace: type.xmlns, name: type.$name ?? '' });
    throw new WsdlError(`the WSDL does not define the type of part ${part}`);
  }

  private globalElement(qname: QName): ElementShape {
    const schema = this.schemaOf(qname);
    const node = own(schema.elements, qname.name);
    if (node === undefined) throw undefinedName('element', qname);
    return { ...this.element(node, placeIn(schema), false), name: qname.name, namespace: qname.namespace };
  }

  private element(node: SchemaNode, place: Place, isInList: boolean): ElementShape {
    const isList = isInList || isMany(node);
    const inner = within(place, node);
    if (node.$ref !== undefined) return { ...this.globalElement(this.resolve(node.$ref, inner)), isList };
    const { schema } = place;
    const isQualified = (node.$form ?? schema.$elementFormDefault) === 'qualified';
    return {
      name: node.$name ?? '',
      namespace: isQualified ? (schema.$targetNamespace ?? '') : '',
      isList,
      isNillable: node.$nillable === 'true' || node.$nillable === '1',
      content: () => this.contentOfElement(node, inner),
    };
  }

  private contentOfElement(node: SchemaNode, place: Place): ContentShape {
    if (node.$type !== undefined) return this.namedContent(this.resolve(node.$type, place));
    for (const child of node.children ?? []) {
      if (child.name === 'complexType') return this.complexContent(child, within(place, child));
      if (child.name === 'simpleType')
        return { ...nothing, text: this.simpleBase(child, within(place, child)) };
    }
    return nothing;
  }

  private namedContent(qname: QName): ContentShape {
    if (qname.namespace === xsd) return { ...nothing, text: qname.name };
    const schema = this.schemaOf(qname);
    const complex = own(schema.complexTypes, qname.name);
    if (complex !== undefined) return this.complexContent(complex, within(placeIn(schema), complex));
    const simple = own(schema.types, qname.name);
    if (simple === undefined) throw undefinedName('type', qname);
    return { ...nothing, text: this.simpleBase(simple, within(placeIn(schema), simple)) };
  }

  private simpleBase(node: SchemaNode, place: Place): string {
    const base = node.children?.find(({ name }) => name === 'restriction')?.$base;
    if (base === undefined) return 'string';
    const qname = this.resolve(base, place);
    return qname.namespace === xsd ? qname.name : (this.namedContent(qname).text ?? 'string');
  }

  /** Content of a complex type, or of the extension or restriction inside it. */
  private complexContent(node: SchemaNode, place: Place): ContentShape {
    let content = nothing;
    for (const child of node.children ?? []) {
      const inner = within(place, child);
      if (child.name === 'complexContent' || child.name === 'simpleContent')
        content = joined(content, this.complexContent(child, inner));
      else if (child.name === 'extension' || child.name === 'restriction')
        content = joined(content, this.derivedContent(child, inner));
      else if (child.name === 'attribute')
        content = joined(content, { ...nothing, attributes: attributeNames(child) });
      else content = joined(content, { ...nothing, members: this.particles(child, inner, false) });
    }
    return content;
  }

  private derivedContent(node: SchemaNode, place: Place): ContentShape {
    const base = node.$base === undefined ? nothing : this.namedContent(this.resolve(node.$base, place));
    const ownContent = this.complexContent(node, place);
    // A restriction repeats what it keeps of the members.
    return joined(node.name === 'restriction' ? { ...base, members: [] } : base, ownContent);
  }

  private particles(node: SchemaNode, place: Place, isInList: boolean): ElementShape[] {
    if (node.name === 'element') return [this.element(node, place, isInList)];
    const isList = isInList || isMany(node);
    if (node.name === 'group' && node.$ref !== undefined) {
      const qname = this.resolve(node.$ref, place);
      const schema = this.schemaOf(qname);
      const group = own(schema.groups, qname.name);
      if (group === undefined) throw undefinedName('group', qname);
      return this.ofChildren(group, within(placeIn(schema), group), isList);
    }
    const isGroup = ['sequence', 'choice', 'all', 'group'].includes(node.name ?? '');
    return isGroup ? this.ofChildren(node, place, isList) : [];
  }

  private ofChildren(node: SchemaNode, place: Place, isInList: boolean): ElementShape[] {
    return (node.children ?? []).flatMap((child) => this.particles(child, within(place, child), isInList));
  }

  private schemaOf(qname: QName): SchemaModel {
    const schema = own(this.definitions.schemas, qname.namespace);
    if (schema === undefined) throw undefinedName('name', qname);
    return schema;
  }

  private resolve(text: string, { schema, prefixes }: Place): QName {
    const colon = text.indexOf(':');
    const prefix = colon < 0 ? noPrefix : text.slice(0, colon);
    const name = text.slice(colon + 1);
    const namespace = own(prefixes, prefix) ?? own(this.definitions.xmlns ?? {}, prefix);
    // The package replaces a default namespace by the target namespace.
    const isBuiltIn = colon < 0 && own(schema.complexTypes, name) === undefined && builtIn.has(name);
    if (isBuiltIn && own(schema.types, name) === undefined) return { namespace: xsd, name };
    if (namespace === undefined) throw new WsdlError(`the WSDL does not declare the prefix of ${text}`);
    return { namespace, name };
  }
}

const builtIn: ReadonlySet<string> = new Set(
  'string boolean int integer long short byte decimal float double date dateTime time base64Binary anyURI anyType'.split(
    ' ',
  ),
);

function joined(base: ContentShape, more: ContentShape): ContentShape {
  return {
    text: more.text ?? base.text,
    members: [...base.members, ...more.members],
    attributes: [...new Set([...base.attributes, ...more.attributes])],
  };
}

function attributeNames({ $name }: SchemaNode): string[] {
  return $name === undefined ? [] : [$name];
}

function isMany({ $maxOccurs = '1' }: SchemaNode): boolean {
  return $maxOccurs === 'unbounded' || Number($maxOccurs) > 1;
}

function placeIn(schema: SchemaModel): Place {
  return { schema, declared: {}, prefixes: schema.xmlns ?? {} };
}

function within(place: Place, node: SchemaNode): Place {
  const { schema } = place;
  const declared = { ...place.declared, ...(typeof node.xmlns === 'object' ? node.xmlns : {}) };
  const prefixes = { ...node.definitionsXmlns, ...schema.xmlns, ...node.schemaXmlns, ...declared };
  return { schema, declared, prefixes };
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function localName(qname: string): string {
  return qname.slice(qname.indexOf(':') + 1);
}

function undefinedName(what: string, { namespace, name }: QName): WsdlError {
  return new WsdlError(
    `the WSDL does not define the ${what} ${name} of ${namespace === '' ? 'no namespace' : namespace}`,
  );
}
