import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats an assertion until it holds; when time is up it throws what the last try threw. */
export async function eventually(assertion: () => unknown, withinMs = 5_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await sleep(50);
    }
  }
}
