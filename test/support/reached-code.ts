import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

interface SourceText {
  readonly tree: ts.SourceFile;
  /** Functions and classes that the file declares, by name. */
  readonly declared: ReadonlyMap<string, ts.Node>;
  /** Files behind imported names. */
  readonly imported: ReadonlyMap<string, string>;
}

const sources = new Map<string, SourceText | null>();

/** One call of a session's method, with the text of it and of every function that it reaches. */
export interface SessionCall {
  readonly path: string;
  readonly text: string;
  readonly reached: readonly string[];
}

/** Calls of `session.METHOD(…)` in a file, each followed through the functions of `src/store` that it names. */
export function sessionCalls(path: string, methods: readonly string[]): SessionCall[] {
  const source = sourceOf(path);
  if (source === null) return [];
  const calls: SessionCall[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isOfSession(node.expression, methods))
      calls.push({ path, text: node.getText(source.tree), reached: reachedFrom(path, node) });
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return calls;
}

function isOfSession(callee: ts.Expression, methods: readonly string[]): boolean {
  if (!ts.isPropertyAccessExpression(callee) || !methods.includes(callee.name.text)) return false;
  const { expression } = callee;
  return ts.isPropertyAccessExpression(expression)
    ? expression.name.text === 'session'
    : ts.isIdentifier(expression) && expression.text === 'session';
}

/** Texts of the functions that a piece of code names, and of those that these name. */
function reachedFrom(path: string, start: ts.Node): string[] {
  const reached = new Map<ts.Node, string>();
  const open: (readonly [string, ts.Node])[] = [[path, start]];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [file, code] = at;
    for (const name of namesIn(code)) {
      const found = declarationOf(file, name);
      if (found === null || reached.has(found.node)) continue;
      reached.set(found.node, `${found.path}: ${found.node.getText(found.tree)}`);
      open.push([found.path, found.node]);
    }
  }
  return [...reached.values()];
}

function namesIn(code: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(code);
  return names;
}

function declarationOf(path: string, name: string) {
  const source = sourceOf(path);
  const own = source?.declared.get(name);
  if (source && own) return { path, tree: source.tree, node: own };
  const other = source?.imported.get(name);
  const there = other === undefined ? null : sourceOf(other);
  const node = there?.declared.get(name);
  return other !== undefined && there && node ? { path: other, tree: there.tree, node } : null;
}

function sourceOf(path: string): SourceText | null {
  const known = sources.get(path);
  if (known !== undefined) return known;
  const source = path.startsWith('src/store/') && existsSync(path) ? parse(path) : null;
  sources.set(path, source);
  return source;
}

function parse(path: string): SourceText {
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const declared = new Map<string, ts.Node>();
  const imported = new Map<string, string>();
  for (const statement of tree.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name) declared.set(statement.name.text, statement);
    if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer) declared.set(name.text, initializer);
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const file = join(dirname(path), statement.moduleSpecifier.text).replace(/\.js$/, '.ts');
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamedImports(bindings))
      for (const { name } of bindings.elements) imported.set(name.text, file);
  }
  return { tree, declared, imported };
}
