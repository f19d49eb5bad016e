import { SaxesParser } from 'saxes';

/** One element of a parsed document, with order and namespaces kept. */
export interface XmlNode {
  readonly local: string;
  readonly namespace: string;
  /** Attributes by their qualified name as written; `nil` holds the decoded xsi:nil. */
  readonly attributes: Record<string, string>;
  readonly nil: boolean;
  readonly children: XmlNode[];
  /** The text directly inside, comments removed, blanks kept. */
  text: string;
}

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** Parses a document strictly (namespaces included). @throws Error when it is not well-formed. */
export function parseXml(xml: string): XmlNode {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlNode[] = [];
  let root: XmlNode | undefined;
  parser.on('error', (error) => {
    throw new Error(`not well-formed: ${error.message}\n${xml.slice(0, 2000)}`);
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes);
    const nil = attributes.find((a) => a.local === 'nil' && a.uri === XSI)?.value ?? 'false';
    const node: XmlNode = {
      local: tag.local,
      namespace: tag.uri,
      attributes: Object.fromEntries(attributes.map((a) => [a.name, a.value])),
      nil: nil === 'true' || nil === '1',
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  });
  const addText = (text: string): void => {
    const node = open.at(-1);
    if (node) node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  if (!root) throw new Error('empty document');
  return root;
}

/** Escapes text for element content. */
export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;');
}

/** Writes a node back, under another name if wished: how a client sends an object it was given. */
export function writeXml(node: XmlNode, as?: { local: string; namespace: string }): string {
  const { local, namespace } = as ?? node;
  const head = `<${local} xmlns="${namespace}"`;
  if (node.nil) return `${head} xmlns:xsi="${XSI}" xsi:nil="true"/>`;
  const inside =
    node.children.length > 0 ? node.children.map((child) => writeXml(child)).join('') : escapeXml(node.text);
  return `${head}>${inside}</${local}>`;
}

/** The first child of that local name. */
export function child(node: XmlNode | undefined, local: string): XmlNode | undefined {
  return node?.children.find((candidate) => candidate.local === local);
}

/** Text of every child of that local name; nil ones count as null. */
export function texts(node: XmlNode | undefined, local: string): (string | null)[] {
  return (node?.children ?? []).filter((c) => c.local === local).map((c) => (c.nil ? null : c.text));
}

/** The leaf children as `name → text`, null for nil, absent ones missing. */
export function scalars(node: XmlNode | undefined): Record<string, string | null> {
  const leaves = (node?.children ?? []).filter((c) => c.children.length === 0);
  return Object.fromEntries(leaves.map((c) => [c.local, c.nil ? null : c.text]));
}

/** A SOAPStringMapMap child (`userAttributes`) as `namespace → key → value`. */
export function attributeMap(node: XmlNode | undefined): Record<string, Record<string, string>> {
  const entriesOf = (map: XmlNode | undefined): XmlNode[] => map?.children ?? [];
  return Object.fromEntries(
    entriesOf(child(node, 'userAttributes')).map((entry) => [
      child(entry, 'key')?.text ?? '',
      Object.fromEntries(
        entriesOf(child(entry, 'value')).map((e) => [
          child(e, 'key')?.text ?? '',
          child(e, 'value')?.text ?? '',
        ]),
      ),
    ]),
  );
}

/** What lists say of every user, beside the id. */
export const listedUser = {
  contextadmin: 'false',
  convert_drive_user_folders: 'false',
  imapPort: '143',
  imapSchema: 'imap://',
  smtpPort: '25',
  smtpSchema: 'smtp://',
  userAttributes: '',
};

/** The attributes of a user to whom nobody gave any. */
export const everyUsersAttributes = { config: { 'com.openexchange.mail.specialuse.check': 'true' } };
