/** The SOAP 1.1 fault codes that the service answers with. */
export type SoapFaultCode = 'Client' | 'Server' | 'VersionMismatch' | 'MustUnderstand';

/** A fault as it will stand on the wire: nothing in it but what the client may read. */
export class SoapFault extends Error {
  /**
   * @param faultCode local part of the fault code, in the SOAP 1.1 envelope namespace
   * @param message the fault string
   * @param exceptionName local name of the declared fault whose (empty) bean fills `detail`; without it there is no detail
   * @param httpStatus 500 as SOAP 1.1 wants it, save where the request never was a SOAP message (413, 415, 405)
   */
  constructor(
    readonly faultCode: SoapFaultCode,
    message: string,
    readonly exceptionName?: string,
    readonly httpStatus = 500,
  ) {
    super(message);
    this.name = 'SoapFault';
  }
}

/** A request that cannot be read. Whoever wants to show `text` made it safe before. */
export function clientFault(text: string, httpStatus = 500): SoapFault {
  return new SoapFault('Client', text, undefined, httpStatus);
}

/** A request that is beyond one of the limits. */
export function tooMuch(what: string): SoapFault {
  return clientFault(`The request exceeds a limit: ${what}.`);
}

/** A name as it may be shown in a fault: bounded, and only characters that XML allows in names anyway. */
export function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

/** Java's QName.toString, as CXF shows names. */
export function shownQName(uri: string, local: string): string {
  return uri === '' ? shown(local) : `{${shown(uri)}}${shown(local)}`;
}

/** Fault for a SOAP 1.2 message. Source: docs/contract/wire.md#1. */
export function versionMismatch(): SoapFault {
  return new SoapFault(
    'VersionMismatch',
    'A SOAP 1.2 message is not valid when sent to a SOAP 1.1 only endpoint.',
  );
}

/** Fault for a request without an operation, such as an empty Body or a GET. Source: docs/contract/faults.md#5. */
export function noOperation(): SoapFault {
  return new SoapFault(
    'Server',
    'No binding operation info while invoking unknown method with params unknown.',
  );
}
