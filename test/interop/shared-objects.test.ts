import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { requirePart } from '../support/require-part.js';
import { attributeMap } from '../support/xml-tree.js';
import { World } from '../wire/fixtures.js';

const program = fileURLToPath(new URL('php/shared_object.php', import.meta.url));

describe('interop: one object at two places of a call', () => {
  before(function () {
    const php = spawnSync('php', ['-r', 'exit(class_exists("SoapClient") ? 0 : 1);']);
    requirePart(this, 'PHP SoapClient', php.status === 0);
  });

  it('arrives at both, as PHP writes it', async () => {
    const world = await World.start();
    try {
      const userId = await world.newUser('anna');
      const { login, password } = world.reseller;
      const args = [program, world.url, login, password, String(world.contextId), String(userId)];
      const { stdout } = await promisify(execFile)('php', args);
      expect(stdout, 'PHP refers to the object').to.match(/id="ref\d+".*href="#ref\d+"/s);
      const tier = { tier: 'gold' };
      expect(attributeMap(await world.getUser(userId))).to.deep.include({ shop: tier, billing: tier });
    } finally {
      await world.stop();
    }
  });
});
