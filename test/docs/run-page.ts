import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIsolated } from '../support/processes/isolated-process.js';
import { checkout, type Block, type MarkdownPage } from './markdown-page.js';

const stageScripts = join(checkout, 'test/docs/stage');
const isolation = ['--net', '--mount', '--mount-proc'];
const timeoutMs = 300_000;

/** What became of a block. */
export interface BlockRun {
  readonly status: 'done' | 'failed' | 'not reached';
  /** Of stdout and stderr. */
  readonly output: string;
}

/** What became of the blocks of a page that were to run. */
export interface PageRun {
  readonly blocks: ReadonlyMap<Block, BlockRun>;
  readonly serviceLog: string;
}

/**
 * Runs blocks one after the other in one shell, as a reader would who pastes them: in a folder that looks like the
 * checkout, on a network with nothing in it but a fresh service on port 9009. Everything started there ends with it.
 */
export async function runPage(page: MarkdownPage, blocks: readonly Block[]): Promise<PageRun> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-docs-'));
  try {
    const output = layOut(folder, page, blocks);
    const user = page.ownMachine ? [] : ['--map-root-user'];
    const log = openSync(join(output, 'service.log'), 'a');
    const stage = page.ownMachine ? 'machine.sh' : 'service.sh';
    const command = ['bash', join(stageScripts, stage), output, String(blocks.length)];
    const shell = startIsolated([...user, ...isolation], command, {
      timeoutMs,
      cwd: folder,
      env: {
        PATH: `${join(output, 'bin')}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        HOME: output,
        LANG: 'C.UTF-8',
        MASTER_PASSWORD: 'master-secret',
        ...page.environment,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    await once(shell, 'exit');
    return {
      blocks: new Map(blocks.map((block, index) => [block, readRun(output, index)])),
      serviceLog: readIfThere(join(output, 'service.log')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the folder of scripts and outputs */
function layOut(folder: string, { preparedBy }: MarkdownPage, blocks: readonly Block[]): string {
  for (const name of readdirSync(checkout)) {
    if (!['.git', 'data'].includes(name)) symlinkSync(join(checkout, name), join(folder, name));
  }
  const output = join(folder, '.blocks');
  mkdirSync(join(output, 'bin'), { recursive: true });
  const oxbow = `#!/bin/sh\nexec ${process.execPath} ${join(checkout, 'dist/main.js')} "$@"\n`;
  writeFileSync(join(output, 'bin/oxbow'), oxbow, { mode: 0o755 });
  // The build is done already, and its folder is not this one's.
  const npm = `#!/bin/sh\ncase $* in start) exec oxbow ;; 'run --silent build') ;; *) exit 1 ;; esac\n`;
  writeFileSync(join(output, 'bin/npm'), npm, { mode: 0o755 });
  blocks.forEach(({ text }, index) => writeFileSync(join(output, `${index}.sh`), `${text}\n`));
  const prepare = preparedBy === null ? '' : readFileSync(join(checkout, preparedBy), 'utf8');
  writeFileSync(join(output, 'prepare.sh'), prepare);
  return output;
}

function readRun(output: string, index: number): BlockRun {
  const path = (end: string) => join(output, `${index}.${end}`);
  if (!existsSync(path('out'))) return { status: 'not reached', output: '' };
  return { status: existsSync(path('done')) ? 'done' : 'failed', output: readFileSync(path('out'), 'utf8') };
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
