import type { AnswerElement, ComplexTypeDescriptor, FieldDescriptor, SimpleType } from './descriptors.js';
import { XSD_NAMESPACE, type XmlElement } from './inline-wsdl.js';

const SIMPLE_TYPES = new Set(['string', 'int', 'long', 'boolean', 'date', 'base64Binary', 'anyType']);

const QUALIFIED = 'qualified';
const UNQUALIFIED = 'unqualified';

interface Declaration {
  readonly element: XmlElement;
  readonly schema: Schema;
}

interface Schema {
  readonly namespace: string;
  readonly qualified: boolean;
}

/**
 * Reads the inline schemas of one WSDL into descriptors. Every named type becomes one object, whoever refers to it.
 * Understands just what the contract uses; whatever else stands in a schema is an error, never skipped.
 */
export class SchemaReader {
  /** Namespaces of the schemas in the order of the WSDL. */
  readonly namespaces: readonly string[];
  private readonly elements = new Map<string, Declaration>();
  private readonly complexTypes = new Map<string, Declaration>();
  private readonly resolved = new Map<string, ComplexTypeDescriptor>();

  constructor(
    schemas: readonly XmlElement[],
    private readonly prefixes: ReadonlyMap<string, string>,
    private readonly source: string,
  ) {
    this.namespaces = schemas.map((each) => this.required(each, 'targetNamespace'));
    for (const schema of schemas) this.collect(schema);
  }

  /** All named complex types by `{namespace}name`, in the order of the WSDL. */
  allTypes(): ReadonlyMap<string, ComplexTypeDescriptor> {
    return new Map([...this.complexTypes.keys()].map((key) => [key, this.complexType(key)]));
  }

  /** Names of all global elements, `{namespace}name`. */
  elementNames(): readonly string[] {
    return [...this.elements.keys()];
  }

  /** The global element that a message part names, e.g. `svc:create`. */
  messageElement(qname: string): AnswerElement {
    const key = this.expand(qname);
    const { element, schema } = this.elements.get(key) ?? this.fail(`no global element ${key}`);
    const name = this.required(element, 'name');
    this.allowAttributes(element, ['name', 'type', 'nillable']);
    const typeName = element.attributes.get('type');
    if (typeName !== undefined) return { name, namespace: schema.namespace, type: this.type(typeName) };
    const anonymous = this.onlyChild(element, 'complexType');
    const fields = this.content(anonymous, schema, name);
    return {
      name,
      namespace: schema.namespace,
      type: { kind: 'complex', name, namespace: schema.namespace, fields },
    };
  }

  /** A QName of an attribute as `{namespace}local`. */
  expand(qname: string): string {
    const [prefix, local] = qname.split(':');
    const namespace = prefix === undefined ? undefined : this.prefixes.get(prefix);
    if (namespace === undefined || local === undefined) return this.fail(`cannot resolve the name ${qname}`);
    return `{${namespace}}${local}`;
  }

  private collect(schemaElement: XmlElement): void {
    this.allowAttributes(schemaElement, ['targetNamespace', 'elementFormDefault']);
    const namespace = this.required(schemaElement, 'targetNamespace');
    const qualified = schemaElement.attributes.get('elementFormDefault') === QUALIFIED;
    for (const child of schemaElement.children) {
      if (child.localName === 'import') {
        const imported = this.required(child, 'namespace');
        if (!this.namespaces.includes(imported))
          this.fail(`${namespace} imports ${imported}, which has no schema`);
        continue;
      }
      const register = child.localName === 'element' ? this.elements : this.complexTypes;
      if (child.localName !== 'element' && child.localName !== 'complexType') this.unexpected(child);
      const key = `{${namespace}}${this.required(child, 'name')}`;
      if (register.has(key)) this.fail(`${key} is declared twice`);
      register.set(key, { element: child, schema: { namespace, qualified } });
    }
  }

  private type(qname: string): SimpleType | ComplexTypeDescriptor {
    const key = this.expand(qname);
    if (!key.startsWith(`{${XSD_NAMESPACE}}`)) return this.complexType(key);
    const local = key.slice(XSD_NAMESPACE.length + 2);
    return isSimpleType(local) ? local : this.fail(`xsd:${local} is not a type that the contract uses`);
  }

  private complexType(key: string): ComplexTypeDescriptor {
    const known = this.resolved.get(key);
    if (known !== undefined) return known;
    const { element, schema } = this.complexTypes.get(key) ?? this.fail(`no complex type ${key}`);
    this.allowAttributes(element, ['name']);
    const name = this.required(element, 'name');
    const fields: FieldDescriptor[] = [];
    const descriptor: ComplexTypeDescriptor = { kind: 'complex', name, namespace: schema.namespace, fields };
    this.resolved.set(key, descriptor); // before its fields: a type may contain itself
    fields.push(...this.content(element, schema, name));
    return descriptor;
  }

  /** The fields of a complexType: an own sequence, or those of the base and then an own sequence. */
  private content(complexType: XmlElement, schema: Schema, owner: string): readonly FieldDescriptor[] {
    if (complexType.children[0]?.localName !== 'complexContent') {
      return this.sequence(this.onlyChild(complexType, 'sequence'), schema);
    }
    const extension = this.onlyChild(this.onlyChild(complexType, 'complexContent'), 'extension');
    const base = this.complexType(this.expand(this.required(extension, 'base')));
    const own = this.sequence(this.onlyChild(extension, 'sequence'), schema);
    const repeated = own.find((field) => base.fields.some((inherited) => inherited.name === field.name));
    if (repeated !== undefined) this.fail(`${owner} repeats ${repeated.name} of its base ${base.name}`);
    return [...base.fields, ...own];
  }

  private sequence(sequence: XmlElement, schema: Schema): readonly FieldDescriptor[] {
    this.allowAttributes(sequence, []);
    return sequence.children.map((child) => this.field(child, schema));
  }

  private field(element: XmlElement, schema: Schema): FieldDescriptor {
    if (element.localName !== 'element' || element.children.length > 0) this.unexpected(element);
    this.allowAttributes(element, ['name', 'type', 'minOccurs', 'maxOccurs', 'nillable', 'form']);
    const [usual, other] = schema.qualified ? [QUALIFIED, UNQUALIFIED] : [UNQUALIFIED, QUALIFIED];
    return {
      name: this.required(element, 'name'),
      namespace: this.oneOf(element, 'form', usual, other) === QUALIFIED ? schema.namespace : '',
      type: this.type(this.required(element, 'type')),
      nillable: this.oneOf(element, 'nillable', 'false', 'true') === 'true',
      repeated: this.oneOf(element, 'maxOccurs', '1', 'unbounded') === 'unbounded',
      required: this.oneOf(element, 'minOccurs', '1', '0') === '1',
    };
  }

  private oneOf(element: XmlElement, attribute: string, whenAbsent: string, other: string): string {
    const value = element.attributes.get(attribute) ?? whenAbsent;
    if (value !== whenAbsent && value !== other) this.fail(`${attribute}="${value}" on ${element.name}`);
    return value;
  }

  private onlyChild(parent: XmlElement, localName: string): XmlElement {
    const [child, ...others] = parent.children;
    const description = `${parent.name} ${parent.attributes.get('name') ?? ''}`.trim();
    if (child === undefined) return this.fail(`${description} is empty, it needs a ${localName}`);
    if (child.localName !== localName || child.namespace !== XSD_NAMESPACE) this.unexpected(child);
    if (others[0] !== undefined) this.unexpected(others[0]);
    return child;
  }

  private required(element: XmlElement, attribute: string): string {
    return element.attributes.get(attribute) ?? this.fail(`${element.name} without ${attribute}`);
  }

  private allowAttributes(element: XmlElement, allowed: readonly string[]): void {
    const unknown = [...element.attributes.keys()].find((name) => !allowed.includes(name));
    if (unknown === undefined) return;
    this.fail(
      `attribute ${unknown} on ${element.name} ${element.attributes.get('name') ?? ''} is not understood`,
    );
  }

  private unexpected(element: XmlElement): never {
    this.fail(`${element.name} ${element.attributes.get('name') ?? ''} is not understood here`);
  }

  private fail(message: string): never {
    throw new Error(`${this.source}: ${message}`);
  }
}

function isSimpleType(name: string): name is SimpleType {
  return SIMPLE_TYPES.has(name);
}
