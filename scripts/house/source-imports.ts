import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';

/** One import of a file, whether of values or of types, by declaration or by call. */
export interface SourceImport {
  /** The importing file, relative to the repository. */
  readonly from: string;
  /** A file relative to the repository, or the name of a module as it is written. */
  readonly to: string;
  readonly isFile: boolean;
}

/** Names of the TypeScript files below a folder, relative to the repository. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Imports that the code of one file holds, read without a compiler's program so that a whole repository takes a second. */
export function importsOf(file: string, code = readFileSync(file, 'utf8')): SourceImport[] {
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith('.')) return { from: file, to: fileName, isFile: false };
    return { from: file, to: fileBehind(join(dirname(file), fileName)), isFile: true };
  });
}

function fileBehind(path: string): string {
  const source = normalize(path).replace(/\.js$/, '.ts');
  return existsSync(source) ? source : normalize(path);
}
