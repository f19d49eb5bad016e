import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The folders whose files may cite; the files at the top of the checkout may, too. */
const FOLDERS: readonly string[] = [
  '.ci',
  'bench',
  'deploy',
  'docs',
  'examples',
  'migrations',
  'scripts',
  'src',
  'test',
  'wsdl',
];
const TEXTS = new Set(['', '.md', '.ts', '.js', '.json', '.yaml', '.xsd', '.wsdl', '.sh', '.sql', '.conf']);
const CITATION = /\bdocs\/(contract|decisions)\/([\w-]+\.md)(?:#([\w-]*))?/g;

/** Forms of citation from the time when the contract lay outside of the repository. */
const FORMER: readonly RegExp[] = [
  /\bsemantics(?:\.md\b| \d|,? decision)/,
  /\b(?:wire|oxaas|clients|mailservers)(?:\.md,?)? (?:sections? )?[A-D]?\d/,
  /\bmailservers\.md\b/,
  /\bdecisions? \d/i,
  /\bshared\/(?:contract|observed)\b|\bobserved\/\w+\.json\b/,
];
/** In code a page without its folder cannot be followed; pages link to their neighbours that way. */
const BARE_PAGE = /(?<![\w/.-])(?:wire|oxaas|clients)\.md\b/;

/** The paths of the text files of a checkout that may cite, sorted. */
export function citingFiles(checkout: string): string[] {
  const isText = (path: string): boolean =>
    TEXTS.has(extname(path)) && statSync(join(checkout, path)).isFile();
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  );
  return [...readdirSync(checkout), ...inFolders].filter(isText).toSorted();
}

/** How many sections of the contract a text cites. */
export function countCitations(text: string): number {
  return [...text.matchAll(CITATION)].filter(([, folder]) => folder === 'contract').length;
}

/** Citations of a text that lead nowhere or have a former form, each as `path:line: citation`. */
export function citationProblems(checkout: string, path: string, text: string): string[] {
  const former = path.endsWith('.ts') ? [...FORMER, BARE_PAGE] : FORMER;
  return text.split('\n').flatMap((line, index) => {
    const broken = [...line.matchAll(CITATION)]
      .filter(([, folder = '', page = '', section]) => !isThere(checkout, folder, page, section))
      .map(([citation]) => citation);
    const outdated = former.flatMap((form) => form.exec(line)?.[0] ?? []);
    return [...broken, ...outdated].map((citation) => `${path}:${index + 1}: ${citation}`);
  });
}

/** Numbered headings whose anchor is not their number, and anchors that a page has twice. */
export function anchorProblems(page: string): string[] {
  const headings = [...page.matchAll(/^#{2,} (?:<a id="([\d-]+)"><\/a>)?(\d+(?:\.\d+)*) .*$/gm)];
  const wrong = headings
    .filter(([, anchor, number = '']) => anchor !== number.replaceAll('.', '-'))
    .map(([heading]) => heading);
  const numbers = headings.map(([, , number = '']) => number);
  return [...wrong, ...numbers.filter((number, index) => numbers.indexOf(number) !== index)];
}

/** Whether the page exists and, where a section is named, has it; the contract is cited by section only. */
function isThere(checkout: string, folder: string, page: string, section: string | undefined): boolean {
  const path = join(checkout, 'docs', folder, page);
  if (!existsSync(path)) return false;
  if (section === undefined) return true;
  return readFileSync(path, 'utf8').includes(`<a id="${section}"></a>`);
}
