const SOAP = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const SOAP_RESELLER = 'http://dataobjects.soap.reseller.admin.openexchange.com/xsd';
const RMI_RESELLER = 'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const REST = ['http://exceptions.rmi.admin.openexchange.com/xsd', 'http://rmi.java/xsd'];

/** Stands for the service's own namespace. */
const SERVICE = 'service';

const USUAL_ORDER = [SOAP, SOAP_RESELLER, RMI_RESELLER, SERVICE, RMI, ...REST];
const SERVICE_FIRST = [SERVICE, SOAP, RMI, RMI_RESELLER, SOAP_RESELLER, ...REST];

/** Services whose answers bind namespaces in another order. OXaaSService was not seen; it goes with the plain users. */
const OWN_ORDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['OXResellerService', [RMI_RESELLER, SOAP, SERVICE, RMI, SOAP_RESELLER, ...REST]],
  ['OXUserService', SERVICE_FIRST],
  ['OXaaSService', SERVICE_FIRST],
]);

/**
 * The namespaces that answers of a service bind: the first is the default, the others are ns2, ns3 and so on. Clients match on the text.
 * Source: docs/contract/wire.md#3.
 * @param known namespaces of the service's elements
 */
export function answerNamespaces(
  service: { readonly name: string; readonly namespace: string },
  known: ReadonlySet<string>,
): readonly string[] {
  const order = OWN_ORDERS.get(service.name) ?? USUAL_ORDER;
  const named = order.map((each) => (each === SERVICE ? service.namespace : each));
  return bound(named, known);
}

/** The same for a request, whose default is the service's namespace. */
export function requestNamespaces(serviceNamespace: string, known: ReadonlySet<string>): readonly string[] {
  return bound([serviceNamespace], known);
}

function bound(order: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const all = new Set([...order.filter((each) => known.has(each)), ...known]);
  all.delete('');
  return [...all];
}
