import type { ServiceContract } from './descriptors.js';
import { type EncoderCompiler, escapeText, type MessageEncoder } from './encode.js';
import type { SoapFault } from './soap-fault.js';

/** Writes SOAP 1.1 faults as CXF does, with the typed (empty) bean in `detail` where the service declares it. */
export class FaultWriter {
  private readonly details = new Map<string, MessageEncoder>();

  constructor(
    private readonly contract: ServiceContract,
    private readonly encoders: EncoderCompiler,
  ) {}

  /** The content of the Body. OX: wire.md 5. */
  write(fault: SoapFault): string {
    const text = fault.message === '' ? (fault.exceptionName ?? 'The request failed.') : fault.message;
    const detail = fault.exceptionName === undefined ? '' : this.detail(fault.exceptionName, text);
    return (
      `<soap:Fault><faultcode>soap:${fault.faultCode}</faultcode><faultstring>${escapeText(text)}</faultstring>` +
      `${detail}</soap:Fault>`
    );
  }

  private detail(exceptionName: string, text: string): string {
    const element = this.contract.faults.get(exceptionName);
    const bean = element?.type.fields[0];
    if (element === undefined || bean === undefined) return '';
    let encode = this.details.get(exceptionName);
    if (encode === undefined) this.details.set(exceptionName, (encode = this.encoders.message(element)));
    // Only RemoteException's bean has a field for the message; for the others it goes nowhere.
    return `<detail>${encode({ [bean.name]: { message: text } })}</detail>`;
  }
}
