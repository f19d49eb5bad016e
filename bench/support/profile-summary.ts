import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The part of V8's format that is read. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time in which nothing ran. */
const idle = new Set(['(idle)', '(root)']);

/**
 * One line per function, those first that take most time themselves: share of the busy time in percent, name, place.
 * @param file a CPU profile of V8
 * @param count of lines
 */
export function profileSummary(file: string, count: number): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const times = [...selfTimes(profile)].filter(([name]) => !idle.has(name)).sort(([, a], [, b]) => b - a);
  const total = times.reduce((sum, [, micros]) => sum + micros, 0);
  const lines = times
    .slice(0, count)
    .map(([name, micros]) => `${((micros / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
  return `${lines.join('\n')}\n${(total / 1e6).toFixed(2)} s busy\n`;
}

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const names = new Map(
    nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName || '(anonymous)'}${placeOf(callFrame)}`]),
  );
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return times;
}

/** Where a function stands, without the directory of the checkout. */
function placeOf({ url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return '';
  const path = url.startsWith('file://') ? fileURLToPath(url) : url;
  return ` ${path.replace(/^.*\/(?=(?:node_modules|src|dist|bench)\/)/, '')}:${lineNumber + 1}`;
}
