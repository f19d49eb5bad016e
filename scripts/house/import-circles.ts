import type { SourceImport } from './source-imports.js';

/** Groups of files of which each imports, directly or not, all others of its group; empty in a house without circles. */
export function importCircles(imports: readonly SourceImport[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to, isFile } of imports) {
    if (!isFile) continue;
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const circles = [...targets.keys()]
    .map((file) => circleOf(file, targets))
    .filter((circle) => circle !== null);
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

function circleOf(file: string, targets: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const ahead = reachable(file, targets);
  if (!ahead.has(file)) return null;
  return [...ahead].filter((other) => reachable(other, targets).has(file)).sort();
}

function reachable(file: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const next of targets.get(at) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  return found;
}
