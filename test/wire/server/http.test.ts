import { expect } from 'chai';
import { XmlDocument } from 'libxml2-wasm';
import { startTestApp } from '../../support/processes/app.js';
import { contract } from '../../support/wire/contract-snapshot.js';

const services = Object.keys(contract.services);

type TestApp = Awaited<ReturnType<typeof startTestApp>>;

/** The one soap:address of a WSDL; fails when it is not well-formed or says anything twice. */
function addressOf(wsdl: string): string {
  const document = XmlDocument.fromString(wsdl);
  try {
    const found = document.find('//soap:address/@location', {
      soap: 'http://schemas.xmlsoap.org/wsdl/soap/',
    });
    expect(found).to.have.length(1);
    return found[0]?.content ?? '';
  } finally {
    document.dispose();
  }
}

describe('what is served around SOAP', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.stop());

  for (const service of services) {
    for (const root of ['/webservices', '/servlet/axis2/services']) {
      it(`serves a self-contained WSDL at ${root}/${service}`, async () => {
        const answer = await fetch(`${app.url}${root}/${service}?WSDL`);
        expect(answer.status).to.equal(200);
        expect(answer.headers.get('content-type')).to.equal('text/xml; charset=UTF-8');
        const wsdl = await answer.text();
        expect(addressOf(wsdl)).to.equal(`${app.url}${root}/${service}`);
        expect(wsdl).not.to.match(/schemaLocation|\{address\}/);
      });
    }
  }

  it('lists every service with its operations', async () => {
    const answer = await fetch(`${app.url}/webservices/`, { headers: { accept: 'application/json' } });
    const index = (await answer.json()) as {
      services: { name: string; operations: { name: string }[] }[];
    };
    expect(index.services.map(({ name }) => name)).to.have.members(services);
    const users = index.services.find(({ name }) => name === 'OXResellerUserService')?.operations ?? [];
    expect(users.map(({ name }) => name)).to.include('create');
    const page = await (await fetch(`${app.url}/`)).text();
    for (const service of services) expect(page).to.include(`href="webservices/${service}?wsdl"`);
  });

  it('is live and ready', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      expect((await fetch(app.url + path)).status, path).to.equal(200);
    }
  });

  it('answers SOAP on every path that clients post to, with the request id of the caller', async () => {
    const paths = [
      '/webservices/OXResellerService',
      '/servlet/axis2/services/OXResellerService',
      '//webservices/OXResellerService',
      '/webservices//OXResellerService/',
      '///servlet//axis2/services/OXResellerService',
    ];
    for (const path of paths) {
      for (const query of ['', '?wsdl']) {
        const answer = await fetch(app.url + path + query, {
          method: 'POST',
          headers: { 'content-type': 'text/xml; charset=UTF-8', 'x-request-id': 'mine.1' },
          body: '<x/>',
        });
        expect(answer.status).to.equal(500);
        expect(answer.headers.get('x-request-id')).to.equal('mine.1');
        expect(await answer.text()).to.include('Fault>');
      }
    }
  });
});

describe('the WSDL behind a proxy', () => {
  async function addressBehind(
    env: Record<string, string>,
    headers: Record<string, string>,
  ): Promise<string> {
    const app = await startTestApp({ env });
    try {
      const answer = await fetch(`${app.url}/webservices/OXaaSService?wsdl`, { headers });
      return addressOf(await answer.text()).replace(app.url, 'SELF');
    } finally {
      await app.stop();
    }
  }
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'ox.example.org',
    'x-forwarded-port': '443',
  };

  it('says https without a port when the proxy is trusted', async () => {
    expect(await addressBehind({ TRUST_PROXY: 'loopback' }, forwarded)).to.equal(
      'https://ox.example.org/webservices/OXaaSService',
    );
  });

  it('ignores the same headers when it is not', async () => {
    expect(await addressBehind({}, forwarded)).to.equal('SELF/webservices/OXaaSService');
  });

  it('says PUBLIC_URL whatever else is said', async () => {
    expect(await addressBehind({ PUBLIC_URL: 'https://a.example.org/ox/' }, forwarded)).to.equal(
      'https://a.example.org/ox/webservices/OXaaSService',
    );
  });
});
