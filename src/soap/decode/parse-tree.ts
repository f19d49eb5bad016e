import { SaxesParser } from 'saxes';

/** One element of an XML document, with what programs compare. Comments and processing instructions are not kept. */
export interface TreeElement {
  readonly localName: string;
  readonly namespace: string;
  /** Without declarations of namespaces; names as `{namespace}name`, or plain. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly TreeElement[];
  /** All character data directly inside, joined. */
  readonly text: string;
}

const maxDepth = 200;

/**
 * Parses any XML document, such as the answer of another server.
 * @throws Error in one line when it is not well-formed, has a DOCTYPE, or is nested too deeply
 */
export function parseTree(xml: string): TreeElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  type Open = { -readonly [Key in keyof TreeElement]: TreeElement[Key] } & { children: TreeElement[] };
  const open: Open[] = [];
  let root: TreeElement | undefined;
  parser.on('error', (error) => {
    throw new Error(error.message.replace(/\s+/g, ' '));
  });
  parser.on('doctype', () => {
    throw new Error('a DOCTYPE is not allowed');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= maxDepth) throw new Error('the document is nested too deeply');
    const attributes = Object.values(tag.attributes)
      .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
      .map(({ uri, local, value }) => [uri === '' ? local : `{${uri}}${local}`, value] as const);
    const element: Open = {
      localName: tag.local,
      namespace: tag.uri,
      attributes: new Map(attributes),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const onText = (chunk: string): void => {
    const element = open.at(-1);
    if (element) element.text += chunk;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.write(xml).close();
  if (root === undefined) throw new Error('there is no root element');
  return root;
}

/** The first child of that local name. */
export function childOf(element: TreeElement | undefined, localName: string): TreeElement | undefined {
  return element?.children.find((each) => each.localName === localName);
}
