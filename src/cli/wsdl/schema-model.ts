/** One node of a schema as the `soap` package keeps it; attributes have a `$` before their names. */
export interface SchemaNode {
  /** The local name of the tag; types at the top of a schema have lost it. */
  readonly name?: string;
  readonly $name?: string;
  readonly $type?: string;
  readonly $ref?: string;
  readonly $base?: string;
  readonly $maxOccurs?: string;
  readonly $nillable?: string;
  readonly $form?: string;
  readonly children?: readonly SchemaNode[];
  /** Prefixes that the node declares; types of RPC parts have their namespace here. */
  readonly xmlns?: Prefixes | string;
  readonly schemaXmlns?: Prefixes;
  readonly definitionsXmlns?: Prefixes;
}

export type Prefixes = Readonly<Record<string, string>>;

/** All schemas of one target namespace. */
export interface SchemaModel {
  readonly $targetNamespace?: string;
  readonly $elementFormDefault?: string;
  readonly xmlns?: Prefixes;
  readonly complexTypes: Readonly<Record<string, SchemaNode>>;
  readonly types: Readonly<Record<string, SchemaNode>>;
  readonly elements: Readonly<Record<string, SchemaNode>>;
  readonly groups: Readonly<Record<string, SchemaNode>>;
}

/** An input or output: the global element of a document message, or the parts of an RPC message. */
export interface MessageModel extends SchemaNode {
  readonly targetNamespace?: string;
  readonly parts?: Readonly<Record<string, string | SchemaNode>> | null;
}

/** An operation; style and action are those of the binding that was read last. */
export interface MethodModel {
  readonly input: MessageModel | null;
  readonly output: MessageModel | null;
  style: string;
  soapAction: string;
}

/** The parts of a parsed WSDL that are read here. */
export interface DefinitionsModel {
  readonly $targetNamespace?: string;
  readonly xmlns?: Prefixes;
  readonly schemas: Readonly<Record<string, SchemaModel>>;
  readonly services: Readonly<Record<string, { readonly ports: Readonly<Record<string, PortModel>> }>>;
}

export interface PortModel {
  readonly location: string | null;
  readonly binding: { readonly methods: Readonly<Record<string, MethodModel>> };
}
