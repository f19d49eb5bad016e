import { escapeAttribute, escapeText } from '../soap/escape-text.js';
import type { TreeElement } from '../soap/parse-tree.js';

/** An element as XML, with default namespaces only. */
export function writeTree(element: TreeElement, outerNamespace = ''): string {
  const { localName, namespace, children, text } = element;
  const declaration = namespace === outerNamespace ? '' : ` xmlns="${escapeAttribute(namespace)}"`;
  const attributes = [...element.attributes].map(([name, value], at) => {
    const [, uri, local] = /^\{(.*)\}(.*)$/.exec(name) ?? [];
    if (uri === undefined) return ` ${name}="${escapeAttribute(value)}"`;
    return ` xmlns:a${at}="${escapeAttribute(uri)}" a${at}:${local}="${escapeAttribute(value)}"`;
  });
  const start = `<${localName}${declaration}${attributes.join('')}`;
  if (children.length === 0)
    return text === '' ? `${start}/>` : `${start}>${escapeText(text)}</${localName}>`;
  return `${start}>${children.map((each) => writeTree(each, namespace)).join('')}</${localName}>`;
}
