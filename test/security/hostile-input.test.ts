import { expect } from 'chai';
import { entities } from './attacks/entities.js';
import { encodings } from './attacks/encodings.js';
import { envelopes } from './attacks/envelopes.js';
import { injection } from './attacks/injection.js';
import { rest } from './attacks/rest.js';
import { sizes } from './attacks/sizes.js';
import { spoofing } from './attacks/spoofing.js';
import { transport } from './attacks/transport.js';
import { values } from './attacks/values.js';
import { HostileStage } from './hostile-stage.js';

const MB = 1024 * 1024;

/** What a burst of the largest requests may cost beside the start; a bomb that goes off takes far more. */
const PEAK_GROWTH_LIMIT_BYTES = 400 * MB;

const themes = [entities, sizes, encodings, values, envelopes, transport, spoofing, injection, rest];

describe('hostile input: each is answered, in time, tells nothing, and the next good request works', function () {
  this.timeout(60_000);
  let stage: HostileStage;
  let startBytes: number;
  before(async () => {
    stage = await HostileStage.start();
    startBytes = stage.app.memory().residentBytes;
  });
  after(() => stage.stop());

  for (const { title, attacks } of themes) {
    describe(title, () => {
      for (const attack of attacks) it(attack.what, () => stage.endure(attack));
    });
  }

  it('there are enough of them, and no two are the same', () => {
    const names = themes.flatMap(({ attacks }) => attacks.map(({ what }) => what));
    expect(names.length).to.be.at.least(150);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('the memory of the process stayed within bounds all the time', () => {
    const { peakBytes } = stage.app.memory();
    expect(peakBytes - startBytes, `from ${startBytes / MB} MB`).to.be.lessThan(PEAK_GROWTH_LIMIT_BYTES);
  });
});
