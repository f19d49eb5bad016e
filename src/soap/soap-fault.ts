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
