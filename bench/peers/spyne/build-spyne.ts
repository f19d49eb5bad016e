import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../build-once.js';
import { twoOperationsWsdl } from '../service-wsdl.js';

/** Python compiles by itself: only the WSDL, of which the server makes its models. */
export const spyneBuild: Build = {
  name: 'spyne',
  sources: 'spyne',
  inputs: [twoOperationsWsdl()],
  run: (directory) => writeFile(join(directory, 'service.wsdl'), twoOperationsWsdl()),
};
