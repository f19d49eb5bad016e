import { expect } from 'chai';
import { slowness } from './attacks/slowness.js';
import { HostileStage, sendRaw } from './hostile-stage.js';

/** As low as it can be set and still not be met by a slow machine. */
const REQUEST_TIMEOUT_SECONDS = 3;

describe('slow clients: each is cut off in time, and good requests go on meanwhile', function () {
  this.timeout(60_000);
  let stage: HostileStage;
  before(
    async () => (stage = await HostileStage.start({ REQUEST_TIMEOUT: String(REQUEST_TIMEOUT_SECONDS) })),
  );
  after(() => stage.stop());

  it('all of them at once', async () => {
    const attacked = slowness.map(async ({ what, raw, expected }) => {
      const { status, text } = await sendRaw(stage.scene, raw?.(stage.scene) ?? []);
      if (expected.kind !== 'closed') throw new Error('slow clients are cut off');
      expect([0, ...expected.statuses], `${what}: ${text}`).to.include(status);
      if (expected.text) expect(text, what).to.match(expected.text);
    });
    const all = Promise.all(attacked).then(() => 'over');
    do await stage.goodRequest();
    while ((await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 200))])) !== 'over');
    await stage.goodRequest();
  });

  it('200 connections that say nothing', async () => {
    const silent = Array.from({ length: 200 }, () => sendRaw(stage.scene, ['POST / HTTP/1.1\r\n']));
    await stage.goodRequest();
    for (const { status } of await Promise.all(silent)) expect([0, 408]).to.include(status);
    await stage.goodRequest();
  });
});
