import { expect } from 'chai';
import { importComplaints } from '../support/import-complaints.js';

describe('the walls between rooms', () => {
  const shut: [string, string][] = [
    ['src/soap/contract/descriptors.ts', "import '../store/session.js';"],
    ['src/soap/contract/descriptors.ts', "import type { User } from '../provisioning/model.js';"],
    ['src/soap/contract/descriptors.ts', "export * from '../logging.js';"],
    ['src/soap/contract/descriptors.ts', "import '../app.js';"],
    ['src/soap/contract/descriptors.ts', "import express from 'express';"],
    ['src/provisioning/model/model.ts', "import '../store/session.js';"],
    ['src/provisioning/model/model.ts', "import { quotaState } from '../quota/quota-state.js';"],
    ['src/provisioning/model/model.ts', "import knex from 'knex';"],
    ['src/provisioning/model/model.ts', "import '../config.js';"],
    ['src/http/server/server.ts', "import '../store/session.js';"],
    ['src/http/server/server.ts', "import type { Knex } from 'knex';"],
    ['src/qa/recording/journal.ts', "import type { Store } from '../provisioning/store.js';"],
    ['src/qa/recording/journal.ts', "import '../http/rest.js';"],
    ['src/soap/contract/descriptors.ts', "import '../qa/journal.js';"],
    ['src/soap/contract/descriptors.ts', "import '../soap-client/soap-client.js';"],
    ['src/services/faults.ts', "import '../soap-client/soap-client.js';"],
    ['src/soap-client/soap-client.ts', "import '../cli/exit-codes.js';"],
    ['src/store/database/session.ts', "import '../soap/service.js';"],
    ['src/store/database/session.ts', "import '../../src/http/server.js';"],
    ['src/store/database/session.ts', "void import('../http/server.js');"],
  ];
  for (const [file, code] of shut) {
    it(`hold in ${file}: ${code}`, async () => {
      expect(await importComplaints(file, code)).to.have.length.greaterThan(0);
    });
  }

  const open: [string, string][] = [
    ['src/qa/recording/journal.ts', "import type { Exchange } from '../soap/interceptor.js';"],
    ['src/qa/recording/replay.ts', "import { postEnvelope } from '../soap-client/post-envelope.js';"],
    ['src/cli/tools/tool.ts', "import type { SoapClient } from '../soap-client/soap-client.js';"],
    ['src/soap/contract/descriptors.ts', "import type { ServiceContract } from './descriptors.js';"],
    ['src/provisioning/model/model.ts', "import type { QuotaState } from '../quota/quota-state.js';"],
    ['src/http/server/server.ts', "import express from 'express';"],
    ['src/store/database/session.ts', "import knex from 'knex';"],
    ['src/store/database/session.ts', "import { StoreConflict } from '../provisioning/store.js';"],
  ];
  for (const [file, code] of open) {
    it(`have a door in ${file}: ${code}`, async () => {
      expect(await importComplaints(file, code)).to.deep.equal([]);
    });
  }
});
