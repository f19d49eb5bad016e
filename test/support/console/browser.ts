import { existsSync } from 'node:fs';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { requirePart } from '../processes/require-part.js';

/** Where Debian puts it. */
export const chromiumPath = '/usr/bin/chromium';

/** Asks for the browser; answers what starts it. */
export function requireBrowser(context: Mocha.Context): () => Promise<Browser> {
  requirePart(context, 'chromium', existsSync(chromiumPath));
  return () => chromium.launch(launchOptions());
}

/** A browser that talks to nobody but the pages it is sent to. */
export function launchOptions(): LaunchOptions {
  return {
    executablePath: chromiumPath,
    // Two slow cores that others use, too.
    timeout: 100_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
