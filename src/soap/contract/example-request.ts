import type {
  ComplexTypeDescriptor,
  FieldDescriptor,
  OperationDescriptor,
  SimpleType,
} from './descriptors.js';
import { SOAP_11 } from './limits.js';

/** Types that hold others of their kind end somewhere. */
const maxDepth = 4;

/** The value that an example shows for an element; undefined: one of its type. An element of the value null is left out. */
export type ExampleValue = (field: FieldDescriptor, type: ComplexTypeDescriptor) => string | null | undefined;

/** Indented example request of an operation, valid against the schema, with a value for every shown element. */
export function exampleRequest(operation: OperationDescriptor, valueOf: ExampleValue): string {
  const prefixes = new Map<string, string>();
  const prefixOf = (namespace: string): string => {
    if (namespace === '') return '';
    const known = prefixes.get(namespace) ?? `n${prefixes.size + 1}`;
    prefixes.set(namespace, known);
    return `${known}:`;
  };
  const { request } = operation;
  const root = `${prefixOf(request.namespace)}${request.name}`;
  const write = (field: FieldDescriptor, owner: ComplexTypeDescriptor, depth: number): string => {
    const value = valueOf(field, owner);
    if (value === null && !field.required) return '';
    const indent = '  '.repeat(depth + 3);
    const tag = `${prefixOf(field.namespace)}${field.name}`;
    if (typeof field.type === 'string')
      return `${indent}<${tag}>${value ?? simpleValues[field.type]}</${tag}>\n`;
    if (depth >= maxDepth) return '';
    const content = writeAll(field.type, depth + 1);
    if (content === '' && !field.required) return '';
    return content === '' ? `${indent}<${tag}/>\n` : `${indent}<${tag}>\n${content}${indent}</${tag}>\n`;
  };
  const writeAll = (type: ComplexTypeDescriptor, depth: number): string =>
    type.fields.map((field) => write(field, type, depth)).join('');
  const content = writeAll(request.type, 0);
  const declarations = [...prefixes].map(([namespace, prefix]) => `\n    xmlns:${prefix}="${namespace}"`);
  return `<soap:Envelope xmlns:soap="${SOAP_11}"${declarations.join('')}>
  <soap:Body>
    <${root}>
${content}    </${root}>
  </soap:Body>
</soap:Envelope>
`;
}

const simpleValues: Readonly<Record<SimpleType, string>> = {
  string: 'text',
  int: '1',
  long: '1',
  boolean: 'true',
  date: '2000-01-31',
  base64Binary: 'aGVsbG8=',
  anyType: '',
};
