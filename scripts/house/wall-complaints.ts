import { dirname, relative } from 'node:path/posix';
import type { SourceImport } from './source-imports.js';
import { builtins, floorsRoom, ground, packages, walls } from './walls.js';

/** Why a file of `src` must not hold an import, or null where the walls have a door. */
export function wallComplaint({ from, to, isFile }: SourceImport): string | null {
  const folder = folderOf(from);
  if (!isFile) return moduleComplaint(folder, to);
  const wall = walls[folder];
  if (!wall) return `src/${folder} has no wall.`;
  const other = folderOf(to);
  if (other === folder || other === ground || wall.some((door) => opens(door, other))) return null;
  return `src/${folder} must not import ${other}.`;
}

/** A folder as the table of walls names it: below `src` without that name, elsewhere by its top folder. */
export function folderOf(file: string): string {
  const folder = relative('src', dirname(file));
  return folder === '' ? '.' : folder.startsWith('../') ? (folder.split('/')[1] ?? '') : folder;
}

function opens(door: string, folder: string): boolean {
  return door.endsWith('/**') ? isWithin(folder, door.slice(0, -'/**'.length)) : door === folder;
}

function isWithin(folder: string, room: string): boolean {
  return folder === room || folder.startsWith(`${room}/`);
}

function moduleComplaint(folder: string, module: string): string | null {
  const name = module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
  const owners = module.startsWith('node:') ? (builtins[module] ?? ['.']) : (packages[name] ?? []);
  if (owners.some((owner) => owner === '.' || isWithin(folder, owner))) return null;
  return `src/${folder} must not see ${name}.`;
}

/** Doors of the table that no import goes through, each as `folder → door`, so that the table does not open more than is needed. */
export function unusedDoors(imports: readonly SourceImport[]): string[] {
  const passages = imports
    .filter(({ isFile }) => isFile)
    .map(({ from, to }) => [folderOf(from), folderOf(to)] as const);
  return Object.entries(walls).flatMap(([folder, doors]) =>
    doors
      .filter((door) => !(isWithin(folder, floorsRoom) && isWithin(door, floorsRoom)))
      .filter((door) => !passages.some(([from, to]) => from === folder && to !== folder && opens(door, to)))
      .map((door) => `${folder} → ${door}`),
  );
}
