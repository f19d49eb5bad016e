/**
 * For the first `before` hook of a suite that needs a part which not every machine has, or for a test: goes on when it is
 * there, else says so and skips the suite with its other hooks, or fails it where REQUIRE_ALL=1 (as in CI).
 */
export function requirePart(context: Mocha.Context, part: string, isInstalled: boolean): void {
  if (isInstalled) return;
  const isOfSuite = context.test?.title.startsWith('"before all" hook') ?? false;
  const suite = context.test?.parent;
  const place = (isOfSuite ? suite : (context.currentTest ?? context.test))?.fullTitle() ?? 'suite';
  if (process.env['REQUIRE_ALL'] === '1') throw new Error(`${place}: ${part} is not installed`);
  console.log(`skipped: ${place}: ${part} is not installed`);
  // Mocha would still run the hooks that take away what was never made.
  if (isOfSuite && suite) suite.pending = true;
  context.skip();
}
