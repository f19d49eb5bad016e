import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { exportedNames } from './equal-names.js';

const generated = 'src/services/generated/';

/**
 * Exports of a folder that no other file takes, each as `file: name`. A type that its own file uses stands in a
 * signature: whoever calls may have to name it.
 */
export function unusedExports(files: readonly string[], folder = 'src/'): string[] {
  const taken = new Set(files.flatMap((file) => takenNames(file, readFileSync(file, 'utf8'))));
  return files
    .filter((file) => file.startsWith(folder) && !file.startsWith(generated))
    .flatMap((file) => {
      const code = readFileSync(file, 'utf8');
      return exportedNames(file, code)
        .filter((name) => !taken.has(`${file}: ${name}`) && !isTypeOfSignature(name, code))
        .map((name) => `${file}: ${name}`);
    });
}

function isTypeOfSignature(name: string, code: string): boolean {
  const isType = new RegExp(`^export (?:declare )?(?:interface|type) ${name}\\b`, 'm').test(code);
  return isType && code.split(new RegExp(`\\b${name}\\b`)).length > 2;
}

/** Names that a file takes from others, each as `file: name`. */
function takenNames(file: string, code: string): string[] {
  const tree = ts.createSourceFile(file, code, {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
  const loadsLate = code.includes('import(');
  const taken: string[] = [];
  const take = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return;
    const path = join(dirname(file), specifier.text).replace(/\.js$/, '.ts');
    for (const name of names) taken.push(`${path}: ${name}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) take(node.moduleSpecifier, namesOf(node.importClause?.namedBindings));
    else if (ts.isExportDeclaration(node)) take(node.moduleSpecifier, namesOf(node.exportClause));
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      take(node.arguments[0], identifiersOf(tree));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      take(node.argument.literal, identifiersOf(tree));
    if (loadsLate || node === tree) ts.forEachChild(node, visit);
  };
  visit(tree);
  return taken;
}

function namesOf(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] {
  if (bindings === undefined || ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings)) return [];
  return bindings.elements.map(({ name, propertyName = name }) => propertyName.text);
}

/** A module that is loaded late gives any name that the file mentions. */
function identifiersOf(tree: ts.SourceFile): string[] {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return [...names];
}
