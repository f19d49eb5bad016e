/** A fault of a service, in the shape of SOAP 1.1 or 1.2. */
export interface WsdlFault {
  readonly code: string;
  readonly text: string;
  /** The first element of the detail, such as `NoSuchUserException`; null: there is none. */
  readonly detailName: string | null;
}

type Members = Readonly<Record<string, unknown>>;

/** Finds the fault in an error of the `soap` package; null: it is another error. */
export function receivedFault(error: unknown): WsdlFault | null {
  const fault = at(error, 'root', 'Envelope', 'Body', 'Fault');
  if (!isMembers(fault)) return null;
  const detail = fault['detail'] ?? fault['Detail'];
  const names = isMembers(detail) ? Object.keys(detail) : [];
  return {
    code: textOf(fault['faultcode']) || soap12Code(fault),
    text: textOf(fault['faultstring'] ?? at(fault, 'Reason', 'Text')),
    detailName: names.find((name) => !name.startsWith('$')) ?? null,
  };
}

function soap12Code(fault: Members): string {
  const codes = [at(fault, 'Code', 'Value'), at(fault, 'Code', 'Subcode', 'Value')];
  return codes
    .map(textOf)
    .filter((code) => code !== '')
    .join(' ');
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner: unknown, name) => (isMembers(inner) ? inner[name] : undefined), value);
}

function textOf(value: unknown): string {
  if (isMembers(value)) return textOf(value['$value']);
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
