/**
 * For a `before` hook of a suite that needs a part which not every machine has: goes on when it is there, else says so
 * and skips the suite, or fails it where REQUIRE_ALL=1 (as in CI).
 */
export function requirePart(context: Mocha.Context, part: string, isInstalled: boolean): void {
  if (isInstalled) return;
  const suite = context.test?.parent?.fullTitle() ?? 'suite';
  if (process.env['REQUIRE_ALL'] === '1') throw new Error(`${suite}: ${part} is not installed`);
  console.log(`skipped: ${suite}: ${part} is not installed`);
  context.skip();
}
