import { InvalidArgumentError, Option } from 'commander';
import { servicesUrl } from '../../soap-client/post-envelope.js';

/** Default address of the service. */
export const defaultEndpoint = 'http://127.0.0.1:9009';

/** Reads the URL of an endpoint. @throws InvalidArgumentError */
export function endpointUrl(text: string): string {
  const url = servicesUrl(text);
  if (url === null) throw new InvalidArgumentError('It must be an http:// or https:// URL without login.');
  return url;
}

/** `--endpoint`, as every command has it that speaks to a running service. */
export function endpointOption(): Option {
  return new Option(
    '-e, --endpoint <url>',
    'the running service, Oxbow or another endpoint with the same contract',
  )
    .default(endpointUrl(defaultEndpoint))
    .argParser(endpointUrl);
}

/** Reads a whole number of an option. @throws InvalidArgumentError */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
