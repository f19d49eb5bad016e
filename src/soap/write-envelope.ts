import { SOAP_11 } from './namespaces.js';

/** What stands before and after the content of a Body. No XML declaration, as CXF. */
export const ENVELOPE_START = `<soap:Envelope xmlns:soap="${SOAP_11}"><soap:Body>`;
export const ENVELOPE_END = '</soap:Body></soap:Envelope>';
const EMPTY_ENVELOPE = `<soap:Envelope xmlns:soap="${SOAP_11}"><soap:Body/></soap:Envelope>`;

/** Puts the content of a Body, possibly none, into an envelope. */
export function writeEnvelope(body: string): string {
  return body === '' ? EMPTY_ENVELOPE : ENVELOPE_START + body + ENVELOPE_END;
}
