import type { MessageElement, OperationDescriptor, ServiceContract } from '../contract/descriptors.js';
import type { SoapFault } from '../contract/soap-fault.js';
import type { EncoderCompiler, MessageEncoder } from './encode.js';
import { escapeText } from '../../util/escape-markup.js';

/** Texts repeat names and ids of the request, which may be megabytes; the list of a user's members has 11,000. */
const MAX_TEXT_CHARS = 16_000;

/** Writes SOAP 1.1 faults as CXF does, with the typed (empty) bean in `detail` where it is declared. */
export class FaultWriter {
  private readonly details = new Map<string, MessageEncoder>();

  constructor(
    private readonly contract: ServiceContract,
    private readonly encoders: EncoderCompiler,
  ) {}

  /**
   * The content of the Body. A client has no class for a fault that its operation does not declare, so that has no detail.
   * Source: docs/contract/faults.md#1.
   */
  write(fault: SoapFault, operation?: OperationDescriptor): string {
    const text = bounded(
      fault.message === '' ? (fault.exceptionName ?? 'The request failed.') : fault.message,
    );
    const declared = operation?.faults ?? [...this.contract.faults.values()];
    const element = declared.find(({ name }) => name === fault.exceptionName);
    const detail = element === undefined ? '' : this.detail(element, text);
    return (
      `<soap:Fault><faultcode>soap:${fault.faultCode}</faultcode><faultstring>${escapeText(text)}</faultstring>` +
      `${detail}</soap:Fault>`
    );
  }

  private detail(element: MessageElement, text: string): string {
    const bean = element.type.fields[0];
    if (bean === undefined) return '';
    let encode = this.details.get(element.name);
    if (encode === undefined) this.details.set(element.name, (encode = this.encoders.message(element)));
    // Only RemoteException's bean has a field for the message; for the others it goes nowhere.
    return `<detail>${encode({ [bean.name]: { message: text } })}</detail>`;
  }
}

function bounded(text: string): string {
  return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
}
