import type { SaxesTagNS } from 'saxes';
import { clientFault, shown, type SoapFault } from '../contract/soap-fault.js';
import { dateComplaint } from '../contract/lexical.js';
import type { ElementPlan } from './decode-plan.js';
import { expectedElements } from './expected-elements.js';

/** Text for unknown elements: as the original was seen to answer, or as older servers did. */
export type UnknownElementFault = 'unmarshalling' | 'please-remove';

/**
 * Fault for an element that its parent does not have.
 * Source: docs/contract/faults.md#5.
 */
export function unexpectedElement(
  tag: SaxesTagNS,
  expected: readonly ElementPlan[],
  form: UnknownElementFault,
): SoapFault {
  const local = shown(tag.local);
  const uri = shown(tag.uri);
  if (form === 'please-remove') {
    const namespace = uri === '' ? '' : ` (URI=${uri})`;
    return clientFault(
      `Unexpected element "${local}"${namespace}. Please remove that element from SOAP request.`,
    );
  }
  const names = expectedElements(expected);
  return unmarshalling(`unexpected element (uri:"${uri}", local:"${local}"). Expected elements are ${names}`);
}

/**
 * Fault for a text that is no value of its type.
 * @param isShown false for a text that may be a password
 */
export function invalidValue({ name, typeName }: ElementPlan, text: string, isShown: boolean): SoapFault {
  const value = shown(text);
  if (isShown && typeName === 'int') return unmarshalling(`Not a number: ${value}`);
  if (isShown && typeName === 'long')
    return unmarshalling(`For input string: "${value.trim().replace(/^\+/, '')}"`);
  if (isShown && typeName === 'date') return unmarshalling(dateComplaint(value));
  return clientFault(`Invalid value for element "${shown(name)}": not a valid ${typeName}.`);
}

/** The blank at the end is the original's. */
function unmarshalling(text: string): SoapFault {
  return clientFault(`Unmarshalling Error: ${text} `);
}
