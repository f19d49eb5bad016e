import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Maximum of words in a sentence. */
const maxWordsPerSentence = 20;

/** Words that turn a comment into a riddle when it begins with one of them. */
const riddleWords: ReadonlySet<string> = new Set(
  'what whatever as who whom whoever whose those so how where wherever whether that which why when'.split(
    ' ',
  ),
);

/** One comment of a source file, its lines joined and its markup removed. */
export interface SourceComment {
  readonly line: number;
  readonly text: string;
}

/** The number of comments checked, and the problems found in them. */
export interface CommentFigures {
  readonly comments: number;
  readonly problems: readonly string[];
}

/** Instructions to tools, which follow the grammar of the tool. */
const directive = /^(?:eslint|prettier|@ts-|#|c8 |v8 |istanbul |<reference)/;

/** Sources of a fact, which belong to no sentence. */
const citation =
  /\((?:docs|src|bench|scripts)\/[^()]*\)|\(RFC \d[^()]*\)|\bSource: (?:docs\/contract\/[\w./-]+#[\w-]+(?:, )?)+\.?|\bOX: /g;

/** Abbreviations whose full stop does not end a sentence. */
const abbreviation = /\b(?:e\.g|i\.e|etc|vs|cf|approx|no)\./gi;

function plainText(comment: string): string {
  return comment
    .replace(/^\/\*\*?|\*\/$/g, '')
    .replace(/^\s*(?:\*(?!\/) ?|\/\/ ?)/gm, '')
    .trim();
}

/** Comments of a source text; consecutive line comments count as one. */
export function commentsOf(fileName: string, text: string): SourceComment[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const found = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ];
    if (!ts.isTemplateLiteralToken(node) && !ts.isJsxText(node))
      for (const range of found) ranges.set(range.pos, range);
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return joinedLines(
    source,
    text,
    [...ranges.values()].sort((one, other) => one.pos - other.pos),
  );
}

function joinedLines(
  source: ts.SourceFile,
  text: string,
  ranges: readonly ts.CommentRange[],
): SourceComment[] {
  const comments: { line: number; end: number; text: string; single: boolean }[] = [];
  for (const { pos, end, kind } of ranges) {
    const line = source.getLineAndCharacterOfPosition(pos).line + 1;
    const isAlone = text.slice(text.lastIndexOf('\n', pos) + 1, pos).trim() === '';
    const single = isAlone && kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const plain = plainText(text.slice(pos, end));
    const last = comments.at(-1);
    if (single && last?.single && last.end === line - 1)
      Object.assign(last, { end: line, text: `${last.text}\n${plain}` });
    else comments.push({ line, end: line, text: plain, single });
  }
  return comments.map((comment) => ({ line: comment.line, text: comment.text }));
}

/** Sentences of a comment, without citations, code, links and tags. */
function sentencesOf(text: string): string[] {
  return text
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/`[^`]*`/g, 'code')
    .replace(/\{@link ([^}]*)\}/g, '$1')
    .replace(citation, ' ')
    .replace(abbreviation, (match) => match.replaceAll('.', ''))
    .split(/(?<=[.!?])\s+|\n\s*\n|\n\s*(?=[-@])/)
    .map((sentence) => sentence.replace(/^@\w+\s+/, '').trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function wordsOf(sentence: string): string[] {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Problems of one comment; empty when a stranger can read it. */
export function problemsOfComment(text: string): string[] {
  if (directive.test(text)) return [];
  const sentences = sentencesOf(text).map(wordsOf);
  const [opening] = sentences[0] ?? [];
  const first = /^["'(]?(\p{L}+)/u.exec(opening ?? '')?.[1]?.toLowerCase() ?? '';
  return [
    ...(riddleWords.has(first) ? [`begins with "${opening}"`] : []),
    ...sentences
      .filter((words) => words.length > maxWordsPerSentence)
      .map((words) => `has a sentence of ${words.length} words`),
  ];
}

/** The figures of comments in the given TypeScript files. */
export function commentFigures(files: readonly string[]): CommentFigures {
  const problems: string[] = [];
  let comments = 0;
  for (const file of files) {
    for (const comment of commentsOf(file, readFileSync(file, 'utf8'))) {
      comments += 1;
      problems.push(
        ...problemsOfComment(comment.text).map(
          (problem) => `${file}:${comment.line} ${problem}: ${comment.text.replace(/\s+/g, ' ')}`,
        ),
      );
    }
  }
  return { comments, problems };
}

/** Comments that break the rule, one line each, to be printed by `scripts/house.ts`. */
export function commentProblems(files: readonly string[]): string[] {
  return [...commentFigures(files).problems];
}
