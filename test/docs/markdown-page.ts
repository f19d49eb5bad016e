import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout, with a slash at its end. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of a page. */
export interface Block {
  /** `docs/quota.md:54`, where it begins. */
  readonly place: string;
  readonly language: string;
  /** What stands behind the language, e.g. `not-run: needs Docker`. */
  readonly attributes: string;
  readonly text: string;
}

/** A page of the documentation, taken apart as far as the tests need it. */
export interface MarkdownPage {
  /** From the top of the checkout. */
  readonly path: string;
  readonly blocks: readonly Block[];
  /** `NAME=value` of `<!-- runs with: NAME=value … -->`: the environment of the page's service and shell, beside MASTER_PASSWORD=master-secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** `<!-- runs on a machine of its own -->`: the page sets up everything itself, as root. */
  readonly ownMachine: boolean;
  /** `<!-- runs after: PATH -->`: a script that makes what the page takes for granted. */
  readonly preparedBy: string | null;
  /** Everything outside of fenced blocks. */
  readonly prose: string;
  /** What links can point at, as GitHub makes it. */
  readonly anchors: ReadonlySet<string>;
  /** Targets of all links and images. */
  readonly links: readonly string[];
}

/** @param path from the top of the checkout */
export function readPage(path: string): MarkdownPage {
  return parsePage(path, readFileSync(join(checkout, path), 'utf8'));
}

/** @throws Error for a fence without end or a language */
export function parsePage(path: string, text: string): MarkdownPage {
  const blocks: Block[] = [];
  const proseLines: string[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^( *)(`{3,})(.*)$/.exec(lines[at] ?? '');
    if (!fence) {
      proseLines.push(lines[at] ?? '');
      continue;
    }
    const [, indent = '', ticks = '', info = ''] = fence;
    const end = lines.findIndex((line, index) => index > at && line.trim() === ticks);
    const place = `${path}:${at + 1}`;
    if (end < 0) throw new Error(`${place}: the block has no end`);
    const [language = '', ...attributes] = info.trim().split(' ');
    const body = lines.slice(at + 1, end).map((line) => line.slice(Math.min(indent.length, indentOf(line))));
    blocks.push({ place, language, attributes: attributes.join(' '), text: body.join('\n') });
    at = end;
  }
  const prose = proseLines.join('\n');
  return {
    path,
    blocks,
    prose,
    environment: environmentOf(prose),
    ownMachine: prose.includes('<!-- runs on a machine of its own -->'),
    preparedBy: /<!-- runs after: (\S+) -->/.exec(prose)?.[1] ?? null,
    anchors: anchorsOf(prose),
    links: linksOf(prose),
  };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function environmentOf(text: string): Record<string, string> {
  const [, declared = ''] = /<!-- runs with:([^]*?)-->/.exec(text) ?? [];
  const pairs = declared.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(pair) ?? [];
      if (name === '') throw new Error(`"${pair}" is no NAME=value`);
      return [name, value];
    }),
  );
}

function anchorsOf(prose: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = slugOf(heading);
    let unique = slug;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${slug}-${count}`;
    anchors.add(unique);
  }
  for (const [, id = ''] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** The id that GitHub gives a heading. */
function slugOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`/g, '');
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

function linksOf(prose: string): string[] {
  const text = prose.replace(/`[^`\n]*`/g, '');
  const targets = [
    ...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g),
    ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g),
  ];
  return targets.map(([, target = '']) => target);
}
