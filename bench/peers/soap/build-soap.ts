import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import type { Build } from '../build-once.js';
import { serviceWsdl } from '../service-wsdl.js';

const code = ['soap/server', 'soap/correct-namespaces', 'soap/database', 'soap/user', 'statements'];
const data = ['statements.json', 'user.json'];
const source = (file: string): URL => new URL(`../${file}`, import.meta.url);

/** To JavaScript, as it would be deployed: no loader runs beside the server. `soap/server.js` in the directory is the program. */
export const soapBuild: Build = {
  name: 'soap',
  sources: 'soap',
  inputs: [serviceWsdl(), ...['statements.ts', ...data].map((file) => readFileSync(source(file), 'utf8'))],
  async run(directory) {
    const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2023 };
    await mkdir(join(directory, 'soap'));
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
    await writeFile(join(directory, 'service.wsdl'), serviceWsdl());
    for (const file of data) await copyFile(source(file), join(directory, file));
    for (const file of code) {
      const { outputText } = transpileModule(await readFile(source(`${file}.ts`), 'utf8'), {
        compilerOptions,
      });
      await writeFile(join(directory, `${file}.js`), outputText);
    }
  },
};
