/** Namespaces that the SOAP 1.1 wire itself needs. */
export const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const SOAP_12 = 'http://www.w3.org/2003/05/soap-envelope';
export const SOAP_ACTOR_NEXT = 'http://schemas.xmlsoap.org/soap/actor/next';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const SOAP_ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/';
