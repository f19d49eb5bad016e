import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkout, readPage, type MarkdownPage } from './markdown-page.js';

const places = ['.', 'docs', 'deploy', 'examples', 'bench', 'test', 'wsdl'];

/** Every page of the repository. */
export function allPages(): MarkdownPage[] {
  const paths = places.flatMap((place) =>
    readdirSync(join(checkout, place), { recursive: place !== '.', encoding: 'utf8' }).map((name) =>
      join(place, name),
    ),
  );
  return paths
    .filter((path) => path.endsWith('.md'))
    .toSorted()
    .map(readPage);
}

/** The pages whose commands are for readers, and therefore run. */
export function pagesForReaders(): MarkdownPage[] {
  const forReaders = /^(README\.md|docs\/[^/]+\.md|deploy\/.+\.md|examples\/.+\.md)$/;
  return allPages().filter(({ path }) => forReaders.test(path));
}
