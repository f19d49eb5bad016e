import { escapeMarkup } from '../../util/escape-markup.js';

const envelope = 'http://schemas.xmlsoap.org/soap/envelope/';
const service = 'http://soap.reseller.admin.openexchange.com';
const credentials = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const reseller = 'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd';

/**
 * A command for a shell that creates a first reseller. It takes the password from the variable MASTER_PASSWORD of the shell.
 * @param baseUrl where the service is, e.g. `http://127.0.0.1:9009`
 */
export function firstRequest(baseUrl: string, login: string): string {
  return `curl -s ${baseUrl}/webservices/OXResellerService -H 'Content-Type: text/xml; charset=UTF-8' --data-binary "
<e:Envelope xmlns:e='${envelope}'><e:Body>
  <create xmlns='${service}' xmlns:c='${credentials}' xmlns:r='${reseller}'>
    <adm><r:displayname>First reseller</r:displayname><r:name>reseller1</r:name><r:password>change-me</r:password></adm>
    <creds><c:login>${quoted(login)}</c:login><c:password>$MASTER_PASSWORD</c:password></creds>
  </create>
</e:Body></e:Envelope>"`;
}

/** Text inside XML inside a shell's double quotes. */
function quoted(text: string): string {
  return escapeMarkup(text).replace(/[\\$`]/g, '\\$&');
}
