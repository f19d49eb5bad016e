import { readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { citationProblems, citingFiles } from '../citations.js';
import { commentProblems } from './comment-rule.js';
import { importCircles } from './import-circles.js';
import { importsOf, sourceFiles, type SourceImport } from './source-imports.js';
import { unusedExports } from './unused-exports.js';
import { folderOf, unusedDoors, wallComplaint } from './wall-complaints.js';
import { ground, walls } from './walls.js';

/** One figure of the house; `findings` says where to look when it is out of bounds. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Absent for a figure without a bound. */
  readonly atMost?: number;
  readonly findings?: readonly string[];
}

/** Top folders whose files are counted and whose imports are read. */
const tops = ['src', 'bench', 'scripts', 'migrations', 'test', 'examples'];
const maxFilesOfFolder = 20;
/** The steps of the schema lie side by side: one is added at a time, and whoever looks for one looks for its number. */
const unbounded: readonly string[] = ['migrations'];
/** Code that asks which database it is, which is for `store/database` alone. */
const askingForDatabase =
  /\b(?:isMysql|isGalera|driverName)\b|\bkind [!=]== '(?:sqlite|mysql)'|\bclient\.config\b/;
/** Texts that hold wrong citations on purpose. */
const planting = ['test/docs/citations.test.ts', 'scripts/citations.ts'];

/** Figures of the checkout in the working directory. */
export function houseFigures(): Figure[] {
  const files = tops.flatMap((top) => sourceFiles(top));
  const imports = files.flatMap((file) => importsOf(file));
  return [
    ...sizes(files),
    ...passages(imports, files.filter(isOfSrc)),
    ...texts(files),
    bounded('exports that no file imports', unusedExports(files)),
  ];
}

function sizes(files: readonly string[]): Figure[] {
  const folders = files.map((file) => dirname(file));
  const counts = [...new Set(folders)].map((folder) => ({
    folder,
    length: folders.filter((each) => each === folder).length,
  }));
  const large = counts.filter(
    ({ folder, length }) => length > maxFilesOfFolder && !unbounded.includes(folder),
  );
  const largestOfSrc = Math.max(
    ...counts.filter(({ folder }) => isOfSrc(folder)).map(({ length }) => length),
  );
  return [
    { name: 'files of src', value: files.filter(isOfSrc).length },
    { name: 'files of the largest folder of src', value: largestOfSrc, atMost: maxFilesOfFolder },
    bounded(
      `folders of more than ${maxFilesOfFolder} files`,
      large.map(({ folder, length }) => `${folder}: ${length}`),
    ),
  ];
}

function passages(imports: readonly SourceImport[], files: readonly string[]): Figure[] {
  const ofSrc = imports.filter(({ from }) => isOfSrc(from));
  const folders = [...new Set(files.map(folderOf))];
  const rooms = new Set(folders.map(roomOf).filter((room) => room !== '.'));
  const arrows = ofSrc
    .filter(({ to, isFile }) => isFile && isOfSrc(to))
    .map(({ from, to }) => ({ from: roomOf(folderOf(from)), to: roomOf(folderOf(to)), isFile: true }))
    .filter(({ from, to }) => from !== to && from !== '.' && to !== '.');
  const complaints = ofSrc.flatMap((each) => {
    const complaint = wallComplaint(each);
    return complaint === null ? [] : [`${each.from} imports ${each.to}: ${complaint}`];
  });
  return [
    { name: 'rooms of src', value: rooms.size, atMost: 20 },
    {
      name: 'arrows between rooms',
      value: new Set(arrows.map(({ from, to }) => `${from} ${to}`)).size,
      atMost: 64,
    },
    {
      name: `arrows between rooms other than to ${ground}`,
      value: new Set(arrows.filter(({ to }) => to !== ground).map(({ from, to }) => `${from} ${to}`)).size,
    },
    bounded(
      'circles of rooms',
      importCircles(arrows).map((circle) => circle.join(' ')),
    ),
    bounded(
      'circles of files',
      importCircles(imports).map((circle) => circle.join(' ')),
    ),
    bounded(
      'folders of src without a wall',
      folders.filter((folder) => !(folder in walls)),
    ),
    bounded('imports through a wall', complaints),
    bounded('doors that nobody uses', unusedDoors(ofSrc)),
  ];
}

function texts(files: readonly string[]): Figure[] {
  const citations = citingFiles('.')
    .filter((path) => !planting.includes(path))
    .flatMap((path) => citationProblems('.', path, readFileSync(path, 'utf8')));
  return [
    bounded('files outside of store/database that know which database it is', askers(files)),
    bounded('citations that lead nowhere', citations),
    bounded('comments that break the rule', commentProblems(files.filter(isOfSrc))),
  ];
}

/** Files of the store that know which database it is without being `store/database`. */
function askers(files: readonly string[]): string[] {
  return files
    .filter((file) => file.startsWith('src/store/') && !file.startsWith('src/store/database/'))
    .filter((file) => askingForDatabase.test(readFileSync(file, 'utf8')));
}

function bounded(name: string, findings: readonly string[]): Figure {
  return { name, value: findings.length, atMost: 0, findings };
}

function isOfSrc(path: string): boolean {
  return path === 'src' || path.startsWith('src/');
}

function roomOf(folder: string): string {
  return folder.split('/')[0] ?? folder;
}
