import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram } from '../support/processes/require-program.js';
import { attributeMap } from '../support/wire/xml-tree.js';
import { World } from '../wire/fixtures.js';

const program = fileURLToPath(new URL('php/shared_object.php', import.meta.url));

describe('interop: one object at two places of a call', () => {
  it('arrives at both, as PHP writes it', async function () {
    const php = requireProgram(this, 'php');
    const hasSoap = php.runSync(['-r', 'exit(class_exists("SoapClient") ? 0 : 1);']);
    requirePart(this, 'PHP SoapClient', hasSoap.status === 0);
    const world = await World.start();
    try {
      const userId = await world.newUser('anna');
      const { login, password } = world.reseller;
      const args = [program, world.url, login, password, String(world.contextId), String(userId)];
      const { stdout } = await php.run(args);
      expect(stdout, 'PHP refers to the object').to.match(/id="ref\d+".*href="#ref\d+"/s);
      const tier = { tier: 'gold' };
      expect(attributeMap(await world.getUser(userId))).to.deep.include({ shop: tier, billing: tier });
    } finally {
      await world.stop();
    }
  });
});
