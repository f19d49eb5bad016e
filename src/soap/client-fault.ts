import { SoapFault } from './soap-fault.js';

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

/** OX: wire.md 1: what a SOAP 1.2 message gets. */
export function versionMismatch(): SoapFault {
  return new SoapFault(
    'VersionMismatch',
    'A SOAP 1.2 message is not valid when sent to a SOAP 1.1 only endpoint.',
  );
}
