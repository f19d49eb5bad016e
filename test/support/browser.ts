import { existsSync } from 'node:fs';
import type { LaunchOptions } from 'playwright-core';

/** Where Debian puts it. */
export const chromiumPath = '/usr/bin/chromium';

export function chromiumIsInstalled(): boolean {
  return existsSync(chromiumPath);
}

/** A browser that talks to nobody but the pages it is sent to. */
export function launchOptions(): LaunchOptions {
  return {
    executablePath: chromiumPath,
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
