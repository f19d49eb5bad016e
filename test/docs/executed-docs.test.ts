import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { build } from '../support/processes/build.js';
import { canIsolate } from '../support/processes/isolated-process.js';
import { requirePart } from '../support/processes/require-part.js';
import { missingLine } from './expected-output.js';
import { parsePage, type Block, type MarkdownPage } from './markdown-page.js';
import { pagesForReaders } from './pages.js';
import { runPage, type PageRun } from './run-page.js';

const pages = pagesForReaders();
const isCommand = ({ language }: Block): boolean => language === 'sh';
const reasonNotToRun = ({ attributes }: Block): string | null =>
  /^not-run:(.*)$/.exec(attributes)?.[1]?.trim() ?? null;
const runs = (block: Block): boolean => isCommand(block) && reasonNotToRun(block) === null;

/** At most so many blocks of commands may stand in the documentation without being run. */
const mostNotRun = 16;

describe('the commands of the documentation', () => {
  before(function () {
    this.timeout(180_000);
    requirePart(this, 'iproute2, or the right to have a network of its own,', canIsolate());
    build();
  });

  it('are run, but for a few that say why not', () => {
    const left = pages.flatMap(({ blocks }) => blocks).filter((block) => isCommand(block) && !runs(block));
    for (const block of left) console.log(`      not run: ${block.place}: ${reasonNotToRun(block)}`);
    expect(left.filter((block) => (reasonNotToRun(block)?.length ?? 0) < 10)).to.deep.equal([]);
    expect(left.length).to.be.at.most(mostNotRun);
    expect(pages.flatMap(({ blocks }) => blocks).filter(runs)).to.have.length.greaterThan(10);
  });

  it('know no language and no attribute that would slip past', () => {
    const known = ['', 'sh', 'text', 'json', 'yaml', 'xml', 'ini', 'python', 'js', 'sql', 'nginx', 'mermaid'];
    const blocks = pages.flatMap((page) => page.blocks);
    const unknown = blocks.filter(({ language }) => !known.includes(language));
    expect(unknown.map(({ place, language }) => `${place} ${language}`)).to.deep.equal([]);
    const odd = blocks.filter(({ attributes }) => !/^$|^not-run: |^example: /.test(attributes));
    expect(odd.map(({ place, attributes }) => `${place} ${attributes}`)).to.deep.equal([]);
  });

  for (const page of pages.filter(({ blocks }) => blocks.some(runs)))
    describe(page.path, () => describePage(page));

  it('fail when they fail, print something else, or are answered with a fault', async function () {
    this.timeout(330_000);
    const text = (commands: string) => `\`\`\`sh\n${commands}\n\`\`\`\n\n\`\`\`text\nsee 1…3\n\`\`\`\n`;
    const problem = async (commands: string) => {
      const page = parsePage('planted.md', text(commands));
      const [block] = page.blocks;
      if (!block) throw new Error('no block');
      return problemOf(page, block, await runPage(page, [block]));
    };
    expect(await problem('echo see 1 2 3')).to.equal(null);
    expect(await problem('echo see 1 2 4')).to.match(/does not print "see 1…3"/);
    expect(await problem('echo see 1 2 3; false; true')).to.match(/failed/);
    expect(await problem('echo "see 1 2 3 <faultstring>no</faultstring>"')).to.match(/fault/);
  });
});

function describePage(page: MarkdownPage): void {
  let run: PageRun;
  const commands = page.blocks.filter(runs);
  before(async function () {
    this.timeout(330_000);
    if (page.ownMachine) {
      const isRoot = process.getuid?.() === 0;
      const installed = ['/usr/sbin/mariadbd', '/usr/sbin/dovecot'].every((path) => existsSync(path));
      requirePart(this, 'mariadb-server, dovecot-imapd or being root', isRoot && installed);
    }
    run = await runPage(page, commands);
  });
  for (const block of commands) {
    it(`${block.place}: ${block.text.split('\n')[0]?.slice(0, 60)}`, () => {
      const problem = problemOf(page, block, run);
      expect(problem, `${problem}\n${run.blocks.get(block)?.output}\n${run.serviceLog}`).to.equal(null);
    });
  }
}

/** What is wrong with how a block ran, or null. */
function problemOf(page: MarkdownPage, block: Block, run: PageRun): string | null {
  const { status, output } = run.blocks.get(block) ?? { status: 'not reached', output: '' };
  if (status !== 'done') return status;
  const next = page.blocks[page.blocks.indexOf(block) + 1];
  const shown = next?.language === 'text' && next.attributes === '' ? next.text : '';
  if (output.includes('faultstring') && !shown.includes('faultstring')) return 'it is answered with a fault';
  const missing = missingLine(shown, output);
  return missing === null ? null : `it does not print ${JSON.stringify(missing)}`;
}
