import { readdirSync, readFileSync } from 'node:fs';

/** /proc counts in hundredths of a second, whatever the kernel's own clock is (USER_HZ). */
const microsPerTick = 10_000;

/** CPU time, user and system, that the processes of a group have used so far, with that of children that ended. In microseconds. */
export function groupCpuMicros(processGroup: number): number {
  return sumOf(processesOf(processGroup), (pid) => processCpuMicros(pid));
}

/** The same of one process with all its threads, and of its children that ended. 0 when it is gone. */
export function processCpuMicros(pid: number): number {
  const fields = statFields(pid);
  // utime, stime, cutime and cstime; see proc(5), counted from the field after the name.
  return fields === null ? 0 : sumOf(fields.slice(11, 15), Number) * microsPerTick;
}

/** Memory of the processes of a group in bytes; pages that they share count once (PSS). */
export function groupMemoryBytes(processGroup: number): number {
  return sumOf(processesOf(processGroup), (pid) => processMemoryBytes(pid));
}

/** Memory of one process in bytes, its share of shared pages (PSS). 0 when it is gone. */
export function processMemoryBytes(pid: number): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

function processesOf(processGroup: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => Number(statFields(pid)?.[2]) === processGroup);
}

/** The fields of /proc/<pid>/stat after the name, which may hold anything. null when it is gone. */
function statFields(pid: number): string[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sumOf<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}
