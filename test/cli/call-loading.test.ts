import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from '../support/processes/build.js';

describe('the soap package', function () {
  this.timeout(60_000);

  it('is in one chunk, which nothing imports before it is used', () => {
    const directory = dirname(build());
    const chunks = new Map(
      readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')] as const),
    );
    const importing = (name: string) =>
      [...chunks].filter(([, text]) => importsOf(text).includes(name)).map(([chunk]) => chunk);
    const [own = '', ...others] = importing('soap');
    expect(own).to.match(/^wsdl-client/);
    expect(others).to.deep.equal([]);
    expect(importing(`./${own}`)).to.deep.equal([]);
    expect([...chunks].filter(([, text]) => text.includes(`import("./${own}")`))).not.to.deep.equal([]);
  });
});

/** What a chunk imports as soon as it is loaded. */
function importsOf(text: string): string[] {
  return Array.from(text.matchAll(/^(?:import|export)\b[^;"(]*"([^"]+)";/gm), ([, name = '']) => name);
}
