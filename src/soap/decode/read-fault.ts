import type { SaxesTagNS } from 'saxes';
import { defaultSoapLimits, SOAP_11 } from '../contract/limits.js';
import { type MessageSink, parseEnvelope } from './parse-envelope.js';

/** A fault as a client gets it. */
export interface ReceivedFault {
  /** Local part of the fault code, such as `Server`. */
  readonly faultCode: string;
  readonly text: string;
  /** Local name of the exception in `detail`; null: there is none. */
  readonly exceptionName: string | null;
}

/**
 * Reads a SOAP 1.1 fault.
 * @returns null when the Body holds something else
 * @throws SoapFault Client or VersionMismatch when it is no SOAP envelope
 */
export function readFault(xml: string): ReceivedFault | null {
  const reader = new FaultReader();
  parseEnvelope(xml, defaultSoapLimits, reader);
  if (!reader.isFault) return null;
  const { faultcode = '', faultstring = '' } = reader.texts;
  return {
    faultCode: faultcode.slice(faultcode.indexOf(':') + 1).trim(),
    text: faultstring.trim(),
    exceptionName: reader.exceptionName,
  };
}

class FaultReader implements MessageSink {
  isFault = false;
  exceptionName: string | null = null;
  readonly texts: { faultcode?: string; faultstring?: string } = {};
  private readonly path: string[] = [];

  open({ uri, local }: SaxesTagNS): void {
    if (this.path.length === 0) this.isFault = uri === SOAP_11 && local === 'Fault';
    if (this.path.length === 2 && this.path[1] === 'detail') this.exceptionName ??= local;
    this.path.push(local);
  }

  text(chunk: string): void {
    const [, name] = this.path;
    if (this.path.length !== 2 || (name !== 'faultcode' && name !== 'faultstring')) return;
    this.texts[name] = (this.texts[name] ?? '') + chunk;
  }

  close(): void {
    this.path.pop();
  }
}
