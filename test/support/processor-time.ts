/** Outcome of work in this process with its processor time, which others who use the machine do not lengthen. */
export function withProcessorTime<T>(work: () => T): { readonly result: T; readonly processorMs: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, processorMs: (user + system) / 1_000 };
}
