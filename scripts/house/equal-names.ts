import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path/posix';
import ts from 'typescript';

/** One name that several files of `src` have, or that several of them export. */
export interface EqualName {
  readonly name: string;
  readonly files: readonly string[];
}

/** Generated code has the names of the contract. */
const generated = 'src/services/generated/';

/** Names of files and exports that a reader meets twice below a folder; empty in a house without namesakes. */
export function equalNames(folder = 'src'): { readonly files: EqualName[]; readonly exports: EqualName[] } {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.startsWith(generated))
    .sort();
  return {
    files: twice(paths.map((path) => [basename(path), path] as const)),
    exports: twice(
      paths.flatMap((path) =>
        exportedNames(path, readFileSync(path, 'utf8')).map((name) => [name, path] as const),
      ),
    ),
  };
}

/** Names that a file declares and exports at its top level, each once. */
export function exportedNames(path: string, code: string): string[] {
  const { statements } = ts.createSourceFile(path, code, {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
  return [...new Set(statements.filter(isExported).flatMap(declaredNames))];
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function declaredNames(statement: ts.Statement): string[] {
  const declarations = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations
    : [statement as ts.Statement & ts.NamedDeclaration];
  return declarations.flatMap(({ name }) => (name !== undefined && ts.isIdentifier(name) ? name.text : []));
}

type Named = readonly [name: string, file: string];

function twice(named: readonly Named[]): EqualName[] {
  const files = new Map<string, string[]>();
  for (const [name, file] of named) files.set(name, [...(files.get(name) ?? []), file]);
  return [...files].filter(([, of]) => of.length > 1).map(([name, of]) => ({ name, files: of }));
}
