import { Agent, request } from 'node:http';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { contract } from '../support/wire/contract-snapshot.js';
import { operationXml, SOAP_ENVELOPE, type Credentials } from '../support/wire/raw-soap.js';
import { fixtures, type ObservedStep } from './observed-case.js';
import type { Placeholders } from './placeholders.js';

export interface HttpAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly charset: string;
  readonly text: string;
}

/** As the original was seen: the preset, with the settings that were changed there. */
const environment = {
  COMPATIBILITY: 'original',
  MASTER_ACCOUNT_OVERRIDE: 'true',
  USERNAME_CHANGEABLE: 'true',
  ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET: 'true',
};

const { namespaces } = contract;
const xmlns: Readonly<Record<string, string | undefined>> = {
  s: namespaces['psvc'],
  r: namespaces['svc'],
  d: namespaces['dat'],
  dr: namespaces['dsr'],
  m: namespaces['rmi'],
  mr: namespaces['rra'],
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xsd: 'http://www.w3.org/2001/XMLSchema',
};
const prefixes = Object.entries(xmlns)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');

/** One service under the preset, and what is shared by all its cases. */
export class ObservedServer {
  readonly shared = new Map<string, Readonly<Record<string, string>>>();
  private readonly agent = new Agent({ keepAlive: true });
  private cases = 0;
  private ids = 20_000;

  private constructor(private readonly app: TestApp) {}

  static async start(
    databaseUrl: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<ObservedServer> {
    return new ObservedServer(await startTestApp({ databaseUrl, env: { ...environment, ...settings } }));
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.app.stop();
  }

  /** A word and ids that no case had before. */
  newCase(): Record<string, string> {
    this.cases += 1;
    return {
      run: `q${this.cases.toString(36)}z`,
      master: this.app.masterLogin,
      masterPassword: this.app.masterPassword,
      nowhere: '98765432',
      prefixes,
    };
  }

  newContextId(): string {
    this.ids += 1;
    return String(this.ids);
  }

  /** Sends one request of a case. */
  send(step: ObservedStep, values: Placeholders): Promise<HttpAnswer> {
    const text = values.inText(step.envelope ?? this.envelope(step, values));
    return this.post(step, encode(text, step.charset), values);
  }

  private envelope(step: ObservedStep, values: Placeholders): string {
    const params = values.inParams(step.with ?? {});
    const login = 'auth' in params ? undefined : this.login(step.by, values);
    const body =
      step.call === undefined ? (step.body ?? '') : operationXml(step.to, step.call, params, login);
    if (step.method === 'GET') return '';
    return `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="${SOAP_ENVELOPE}" ${prefixes}><e:Body>${body}</e:Body></e:Envelope>`;
  }

  private login(by: ObservedStep['by'], values: Placeholders): Credentials | undefined {
    if (by === 'nobody') return undefined;
    if (by === 'master') return { login: this.app.masterLogin, password: this.app.masterPassword };
    const login = typeof by === 'string' ? fixtures.logins[by] : by;
    if (login === undefined) throw new Error(`nobody is called ${JSON.stringify(by)}`);
    return values.inParams({ ...login });
  }

  private post(step: ObservedStep, body: Buffer, values: Placeholders): Promise<HttpAnswer> {
    const { hostname, port } = new URL(this.app.url);
    const headers = Object.fromEntries(
      Object.entries(step.headers ?? { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '""' }).map(
        ([name, value]) => [name, values.inText(value)],
      ),
    );
    const method = step.method ?? 'POST';
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.agent,
          hostname,
          port,
          method,
          path: step.path ?? `/webservices/${step.to}`,
          headers:
            method === 'GET' || method === 'HEAD' ? headers : { ...headers, 'Content-Length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const type = response.headers['content-type'] ?? '';
            const charset = (/charset="?([^;"]+)/i.exec(type)?.[1] ?? 'utf-8').toLowerCase();
            resolve({
              status: response.statusCode ?? 0,
              mediaType: type.split(';')[0]?.trim() ?? '',
              charset,
              text: new TextDecoder(charset).decode(Buffer.concat(chunks)),
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(method === 'GET' || method === 'HEAD' ? undefined : body);
    });
  }
}

/** The byte of the euro sign, the only character in the corpus on which these charsets differ. */
const euro: Readonly<Record<string, string>> = { 'windows-1252': '\x80', 'iso-8859-15': '\xa4' };

function encode(text: string, charset: ObservedStep['charset'] = 'utf-8'): Buffer {
  if (charset === 'utf-8-bom') return Buffer.from(`\ufeff${text}`);
  if (charset === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (charset === 'windows-1252' || charset === 'iso-8859-15' || charset === 'iso-8859-1')
    return Buffer.from(text.replaceAll('€', euro[charset] ?? '?'), 'latin1');
  return Buffer.from(text, charset);
}
