import { expect } from 'chai';
import { importComplaints } from '../support/import-complaints.js';

describe('the door to programs that not every machine has', () => {
  const shut: [string, string][] = [
    ['test/wire/server/main.test.ts', "import { spawn } from 'node:child_process';"],
    ['test/wire/server/main.test.ts', "import * as programs from 'child_process';"],
    ['test/wire/server/main.test.ts', "export { execFile } from 'node:child_process';"],
    ['test/wire/server/main.test.ts', "void import('node:child_process');"],
    ['test/wire/server/main.test.ts', "require('node:child_process');"],
    ['test/wire/server/main.test.ts', "process.getBuiltinModule('node:child_process');"],
    ['test/wire/server/main.test.ts', "import cluster from 'node:cluster';"],
    ['test/cluster/galera.cluster.ts', "import { execFileSync } from 'node:child_process';"],
    ['test/e2e/mail-world.ts', "import { spawnSync } from 'node:child_process';"],
    ['test/support/processes/child-app.ts', "import { fork } from 'node:child_process';"],
    ['test/browser/console.test.ts', "import { chromium } from 'playwright-core';"],
    [
      'test/wire/server/main.test.ts',
      "import { ServerProgram } from '../../bench/support/server-program.js';",
    ],
  ];
  for (const [file, code] of shut) {
    it(`is shut in ${file}: ${code}`, async () => {
      const complaints = await importComplaints(file, code);
      expect(complaints).to.have.length(1);
      expect(complaints[0]).to.include('must not start programs');
    });
  }

  const open: [string, string][] = [
    ['test/wire/server/main.test.ts', "import { requireProgram } from '../support/require-program.js';"],
    ['test/wire/server/main.test.ts', "import { startNode } from '../support/node-program.js';"],
    ['test/wire/server/main.test.ts', "import type { ChildProcess } from 'node:child_process';"],
    ['test/browser/console.test.ts', "import type { Browser } from 'playwright-core';"],
    ['test/support/database/mariadb.ts', "import { spawn } from 'node:child_process';"],
    ['test/store/database/query-plans.test.ts', "import { loadUsers } from '../../bench/load-users.js';"],
  ];
  for (const [file, code] of open) {
    it(`is open in ${file}: ${code}`, async () => {
      expect(await importComplaints(file, code)).to.deep.equal([]);
    });
  }
});
