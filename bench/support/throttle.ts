const slotMs = 10;

/**
 * Lets processes run only in turn, each for one slot of `slots`, by SIGSTOP and SIGCONT: as if each had a slow core of its own, so that
 * cores stay free for whatever else takes part.
 * @returns a function that lets them run freely again
 */
export function throttle(processGroups: readonly number[], slots: number): () => void {
  let slot = 0;
  const tick = (): void => {
    processGroups.forEach((group, index) => {
      // Spread over the slots, so that as few as possible run at the same time.
      const own = Math.floor((index * slots) / processGroups.length);
      signal(group, slot === own ? 'SIGCONT' : 'SIGSTOP');
    });
    slot = (slot + 1) % slots;
  };
  tick();
  const timer = setInterval(tick, slotMs);
  return () => {
    clearInterval(timer);
    processGroups.forEach((group) => signal(group, 'SIGCONT'));
  };
}

function signal(processGroup: number, name: NodeJS.Signals): void {
  try {
    process.kill(-processGroup, name);
  } catch {
    // It ended.
  }
}
