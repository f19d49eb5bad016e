import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { importCircles } from '../../scripts/house/import-circles.js';
import { importsOf, sourceFiles } from '../../scripts/house/source-imports.js';
import { folderOf, wallComplaint } from '../../scripts/house/wall-complaints.js';
import { walls } from '../../scripts/house/walls.js';

function complaints(file: string, code: string): string[] {
  return importsOf(file, code).flatMap((each) => wallComplaint(each) ?? []);
}

describe('the walls between rooms', () => {
  const shut: [string, string][] = [
    ['src/soap/contract/descriptors.ts', "import '../../store/database/session.js';"],
    ['src/soap/contract/descriptors.ts', "import type { User } from '../../provisioning/model/model.js';"],
    ['src/soap/contract/descriptors.ts', "export * from '../../observe/logging.js';"],
    ['src/soap/contract/descriptors.ts', "import '../../app/app.js';"],
    ['src/soap/contract/descriptors.ts', "import express from 'express';"],
    ['src/provisioning/model/model.ts', "import '../../store/database/session.js';"],
    ['src/provisioning/model/model.ts', "import { quotaState } from '../quota/quota-state.js';"],
    ['src/provisioning/model/model.ts', "import type { QuotaState } from '../quota/quota-state.js';"],
    ['src/provisioning/model/model.ts', "import knex from 'knex';"],
    ['src/provisioning/model/model.ts', "import '../../settings/read-config.js';"],
    ['src/provisioning/overview/overview.ts', "import '../usage/file-usage.js';"],
    ['src/provisioning/access/authorization.ts', "import '../overview/overview.js';"],
    ['src/http/server/server.ts', "import '../../store/database/session.js';"],
    ['src/http/server/server.ts', "import type { Knex } from 'knex';"],
    ['src/qa/recording/journal.ts', "import type { Store } from '../../provisioning/repositories/store.js';"],
    ['src/qa/recording/journal.ts', "import '../../http/rest/engine/rest.js';"],
    ['src/soap/contract/descriptors.ts', "import '../../qa/recording/journal.js';"],
    ['src/soap/contract/descriptors.ts', "import '../../soap-client/soap-client.js';"],
    ['src/services/faults.ts', "import '../soap-client/soap-client.js';"],
    ['src/soap-client/soap-client.ts', "import '../cli/terminal/exit-codes.js';"],
    ['src/store/database/session.ts', "import '../../soap/service-codec.js';"],
    ['src/store/database/session.ts', "import '../../../src/http/server/server.js';"],
    ['src/store/database/session.ts', "void import('../../http/server/server.js');"],
    ['src/store/users/user-changes.ts', "let one: import('../../http/server/server.js').Server;"],
    ['src/mail/mail-server.ts', "import { readConfig } from '../settings/read-config.js';"],
    ['src/util/sleep.ts', "import '../provisioning/model/model.js';"],
    ['src/soap/endpoint.ts', "import winston from 'winston';"],
    ['src/soap/endpoint.ts', "import { spawn } from 'node:child_process';"],
    ['src/attic/chest.ts', "import '../util/sleep.js';"],
  ];
  for (const [file, code] of shut) {
    it(`hold in ${file}: ${code}`, () => {
      expect(complaints(file, code)).to.have.length(1);
    });
  }

  const open: [string, string][] = [
    ['src/qa/recording/journal.ts', "import type { Exchange } from '../../soap/interceptor.js';"],
    ['src/qa/recording/replay.ts', "import { postEnvelope } from '../../soap-client/post-envelope.js';"],
    ['src/cli/tools/tool.ts', "import type { SoapClient } from '../../soap-client/soap-client.js';"],
    ['src/soap/contract/descriptors.ts', "import type { ServiceContract } from './descriptors.js';"],
    ['src/provisioning/quota/quota-state.ts', "import type { User } from '../model/model.js';"],
    ['src/http/server/server.ts', "import express from 'express';"],
    ['src/store/database/session.ts', "import knex from 'knex';"],
    ['src/store/users/user-changes.ts', "import '../../provisioning/repositories/store.js';"],
    ['src/soap/endpoint.ts', "import { finished } from 'node:stream/promises';"],
  ];
  for (const [file, code] of open) {
    it(`have a door in ${file}: ${code}`, () => {
      expect(complaints(file, code)).to.deep.equal([]);
    });
  }

  it('hold in all of src', () => {
    const found = sourceFiles('src')
      .flatMap((file) => importsOf(file))
      .flatMap((each) => {
        const complaint = wallComplaint(each);
        return complaint ? [`${each.from} imports ${each.to}: ${complaint}`] : [];
      });
    expect(found).to.deep.equal([]);
  });

  it('stand around every folder of src, and around nothing else', () => {
    const folders = new Set(sourceFiles('src').map(folderOf));
    expect(Object.keys(walls).sort()).to.deep.equal([...folders].sort());
  });
});

describe('imports', () => {
  it('go in no circle, types counted', () => {
    const files = ['src', 'bench', 'test', 'scripts', 'migrations', 'examples']
      .filter(existsSync)
      .flatMap(sourceFiles);
    expect(importCircles(files.flatMap((file) => importsOf(file)))).to.deep.equal([]);
  });

  it('are told apart: a circle of three from a line of three', () => {
    const line = [edge('a', 'b'), edge('b', 'c')];
    expect(importCircles(line)).to.deep.equal([]);
    expect(importCircles([...line, edge('c', 'a'), edge('d', 'a')])).to.deep.equal([['a', 'b', 'c']]);
    expect(importCircles([edge('a', 'a')])).to.deep.equal([['a']]);
  });
});

function edge(from: string, to: string) {
  return { from, to, isFile: true };
}
