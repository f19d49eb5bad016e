import type { CheckResult } from '../cli/commands/doctor.js';
import type { WsdlClient } from '../cli/wsdl/wsdl-client.js';
import { WsdlError } from '../cli/wsdl/wsdl-error.js';
import { NoAnswerError } from '../soap-client/post-envelope.js';

const what = 'public url';
const timeoutMs = 10_000;
const service = 'OXContextService';

/** Checks that an ordinary WSDL client works through `PUBLIC_URL`, since proxies go wrong where only clients look. */
export async function checkPublicUrl(publicUrl: string): Promise<CheckResult> {
  const { WsdlClient } = await import('../cli/wsdl/wsdl-client.js');
  const url = `${publicUrl}/webservices/${service}`;
  try {
    const client = await WsdlClient.open(`${url}?wsdl`, {
      timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {},
      endpoint: null,
      allowsOtherOrigins: false,
    });
    const [address = 'nowhere'] = client.addresses;
    if (address !== url)
      return result(
        'fail',
        `its WSDL leads to ${address}: the service there was started with another PUBLIC_URL`,
      );
    return await callWithoutLogin(client);
  } catch (error) {
    if (error instanceof NoAnswerError)
      return result(
        'warn',
        `cannot be tried from here (${error.message}): check name, proxy and certificate`,
      );
    if (error instanceof WsdlError)
      return result('fail', `${error.message}: check that the proxy passes /webservices/ with its query`);
    throw error;
  }
}

/** A call without credentials, since one with a wrong password would count as a guess. */
async function callWithoutLogin(client: WsdlClient): Promise<CheckResult> {
  const operation = client.operation('list');
  if (operation === null) return result('fail', `its WSDL is not that of ${service}`);
  const { fault } = await client.call(operation, { search_pattern: '*' });
  if (fault?.detailName === 'InvalidCredentialsException')
    return result('ok', 'an ordinary WSDL client works through PUBLIC_URL');
  const answer = fault === null ? 'an answer' : `fault ${fault.code}: ${fault.text}`;
  return result('fail', `a call without login gets ${answer}, not InvalidCredentialsException`);
}

function result(state: CheckResult['state'], text: string): CheckResult {
  return { what, state, text };
}
