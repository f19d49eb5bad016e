/** Bounds of a request. The XML numbers are Apache CXF's where it has one. */
export interface SoapLimits {
  /** Body size, both as sent and after decompression. */
  readonly maxBodyBytes: number;
  /** Time limit for the client to send the body. */
  readonly bodyTimeoutMs: number;
  /** Time limit for the client to take one piece (some 32 KB) of a long answer. */
  readonly answerTimeoutMs: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Children of one element. */
  readonly maxChildren: number;
  /** Attributes of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Attributes of the whole document: each may look through every open element for its prefix. */
  readonly maxAttributesTotal: number;
  readonly maxNamespaceDeclarations: number;
  readonly maxAttributeChars: number;
  /** Names are short in the contract; long ones only serve to make every comparison dear. */
  readonly maxNameChars: number;
  /** Namespace names are copied per attribute by the parser, so a long one multiplies. */
  readonly maxNamespaceChars: number;
  /** Text of one element. */
  readonly maxTextChars: number;
}

export const defaultSoapLimits: SoapLimits = {
  maxBodyBytes: 2 * 1024 * 1024,
  bodyTimeoutMs: 60_000,
  answerTimeoutMs: 60_000,
  maxDepth: 100,
  maxElements: 100_000,
  maxChildren: 50_000,
  maxAttributes: 500,
  maxAttributesTotal: 100_000,
  maxNamespaceDeclarations: 100,
  maxAttributeChars: 64 * 1024,
  maxNameChars: 256,
  maxNamespaceChars: 512,
  maxTextChars: 2 * 1024 * 1024,
};

/** Namespaces that the SOAP 1.1 wire itself needs. */
export const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const SOAP_12 = 'http://www.w3.org/2003/05/soap-envelope';
export const SOAP_ACTOR_NEXT = 'http://schemas.xmlsoap.org/soap/actor/next';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const SOAP_ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/';
