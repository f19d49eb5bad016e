import { InvalidArgumentError, Option } from 'commander';
import { servicesUrl } from '../qa/soap-client.js';

/** Where a service is when nothing else is said. */
export const defaultEndpoint = 'http://127.0.0.1:9009/webservices';

/** Reads the URL of an endpoint. @throws InvalidArgumentError */
export function endpointUrl(text: string): string {
  const isHttp = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isHttp) throw new InvalidArgumentError('It must be an http:// or https:// URL.');
  const { username, password } = new URL(text);
  if (username !== '' || password !== '') throw new InvalidArgumentError('It must not hold a login.');
  return servicesUrl(text);
}

/** `--endpoint`, as every command has it that speaks to a running service. */
export function endpointOption(): Option {
  return new Option(
    '-e, --endpoint <url>',
    'the running service, Oxbow or another endpoint with the same contract',
  )
    .default(defaultEndpoint)
    .argParser(endpointUrl);
}
