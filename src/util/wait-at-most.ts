/** Waits so long, then goes on with `otherwise`; the work itself goes on beside. @throws whatever `work` throws in time */
export async function waitAtMost<T, U>(work: Promise<T>, waitMs: number, otherwise: U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<U>((resolve) => (timer = setTimeout(resolve, waitMs, otherwise)));
  return Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}
