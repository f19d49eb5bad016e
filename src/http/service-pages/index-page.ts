import type { SoapService } from '../../soap/contract/descriptors.js';
import { ownStyle, pagePolicy } from '../server/security-headers.js';
import { escapeMarkup } from '../../util/escape-markup.js';

/** Entry of a service on the index. */
export interface ServiceSummary {
  readonly name: string;
  readonly namespace: string;
  readonly url: string;
  readonly wsdl: string;
  readonly operations: readonly { readonly name: string }[];
}

/** @param base what comes before the name of a service in its URL */
export function summarise(services: readonly SoapService[], base: string): ServiceSummary[] {
  return services.map(({ contract }) => ({
    name: contract.name,
    namespace: contract.namespace,
    url: `${base}${contract.name}`,
    wsdl: `${base}${contract.name}?wsdl`,
    operations: [...contract.operations.keys()].map((name) => ({ name })),
  }));
}

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
h2 { margin: 2rem 0 0; }
p { margin: .25rem 0; }
ul { columns: 16rem; padding-left: 1.25rem; margin: .5rem 0; }
code { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; }
  a { color: #79b8ff; }
}
`;

/** Nothing may load on the page but its own style. */
export const indexContentSecurityPolicy = pagePolicy([ownStyle(style)]);

/** The page at `/webservices/`: which services there are, what they can do, and where their WSDL is. */
export function indexPage(services: readonly ServiceSummary[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Oxbow: SOAP services</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Oxbow</h1>
<p>SOAP 1.1 services for provisioning. The page of a service shows a request for each of its operations, to copy and to try.</p>
${services.map(serviceSection).join('\n')}
</main>
</body>
</html>
`;
}

function serviceSection({ name, namespace, url, wsdl, operations }: ServiceSummary): string {
  const page = escapeMarkup(url);
  const items = operations.map(
    (each) => `<li><a href="${page}#${escapeMarkup(each.name)}">${escapeMarkup(each.name)}</a></li>`,
  );
  return `<section>
<h2><a href="${page}">${escapeMarkup(name)}</a></h2>
<p><a href="${escapeMarkup(wsdl)}">WSDL</a>, namespace <code>${escapeMarkup(namespace)}</code>, ${operations.length} operations</p>
<ul>
${items.join('\n')}
</ul>
</section>`;
}
