import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { checkout, parsePage, readPage, type MarkdownPage } from './markdown-page.js';
import { allPages, pagesForReaders } from './pages.js';

const pages = allPages();
const isOurs = (target: string): boolean => !/^[a-z]+:/.test(target);

describe('the pages of the documentation', () => {
  it('link to what is there, anchors too', () => {
    expect(pages.flatMap(brokenLinks)).to.deep.equal([]);
  });

  it('are all reached from README in two clicks', () => {
    const linked = (path: string): string[] =>
      readPage(path)
        .links.filter(isOurs)
        .map((target) => normalize(join(dirname(path), target.split('#')[0] ?? '')))
        .filter((target) => target.endsWith('.md') && existsSync(join(checkout, target)));
    const near = new Set(linked('README.md').flatMap((path) => [path, ...linked(path)]));
    const wanted = pages
      .map(({ path }) => path)
      .filter((path) => /^(docs|deploy|examples)\/|^[A-Z]+\.md$/.test(path));
    expect(wanted.filter((path) => path !== 'README.md' && !near.has(path))).to.deep.equal([]);
  });

  it('name files that exist', () => {
    const missing = pages.flatMap((page) =>
      namedFiles(page)
        .filter((file) => !isThere(file))
        .map((file) => `${page.path}: ${file}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it('name settings that the code knows', () => {
    const code = ['src', 'deploy', 'examples', 'bench', 'test', 'scripts', '.ci'].map(textOf).join('\n');
    const known = new Set(`${code}\n${read('compose.yaml')}`.match(settingName));
    const unknown = pagesForReaders().flatMap(({ path, prose, blocks }) => {
      const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
      const names = [...spans, ...blocks.map(({ text }) => text)].join('\n').match(settingName) ?? [];
      return names.filter((name) => !known.has(name)).map((name) => `${path}: ${name}`);
    });
    expect(unknown).to.deep.equal([]);
  });

  it('show well-formed JSON', () => {
    const broken = pages.flatMap(({ blocks }) =>
      blocks.filter(({ language, text }) => language === 'json' && !isJson(text)).map(({ place }) => place),
    );
    expect(broken).to.deep.equal([]);
  });

  it('are looked at closely enough to see what is planted', () => {
    const page = parsePage(
      'docs/x.md',
      '# One `two`, three\n[a](#one-two-three) [b](no.md) [c](#no)\n`test/no.ts`',
    );
    expect(brokenLinks(page)).to.deep.equal(['docs/x.md: no.md', 'docs/x.md: #no']);
    expect(namedFiles(page).filter((file) => !isThere(file))).to.deep.equal(['test/no.ts']);
  });
});

const settingName = /(?<![=\w])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;

function brokenLinks(page: MarkdownPage): string[] {
  return page.links
    .filter((target) => isOurs(target) && !leadsSomewhere(page, target))
    .map((target) => `${page.path}: ${target}`);
}

function leadsSomewhere(page: MarkdownPage, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), decodeURIComponent(file)));
  if (file !== '' && !existsSync(join(checkout, path))) return false;
  if (anchor === undefined || !path.endsWith('.md')) return true;
  return (path === page.path ? page : readPage(path)).anchors.has(anchor);
}

/** What looks like a path of this repository in code spans. */
function namedFiles({ prose }: MarkdownPage): string[] {
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.flatMap(
    (span) =>
      span.match(
        /^(?:\.\/)?(?:src|test|docs|deploy|scripts|bench|examples|migrations|wsdl|\.ci)\/[\w./*-]*$/,
      ) ?? [],
  );
}

/** Whether a path, in which `*` stands for anything, exists in the checkout. */
function isThere(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(checkout, path));
  const folder = join(checkout, dirname(path));
  const name = new RegExp(
    `^${path
      .slice(dirname(path).length + 1)
      .replaceAll('.', '\\.')
      .replaceAll('*', '.*')}$`,
  );
  return existsSync(folder) && readdirSync(folder).some((one) => name.test(one));
}

function read(path: string): string {
  return readFileSync(join(checkout, path), 'utf8');
}

function textOf(place: string): string {
  const names = readdirSync(join(checkout, place), { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => join(checkout, place, name)).filter((path) => statSync(path).isFile());
  return files
    .filter((path) => !path.includes('/test/docs/'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
