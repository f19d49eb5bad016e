/** Room whose walls follow from its floors. */
export const floorsRoom = 'provisioning';

/** The floors of `src/provisioning`, highest first: a folder imports only from lower floors, nothing beside it. */
export const floors: readonly (readonly string[])[] = [
  ['overview', 'usage', 'oxaas'],
  ['groups', 'contexts'],
  ['users'],
  ['addresses'],
  ['resellers', 'registry'],
  ['access', 'quota'],
  ['installation'],
  ['repositories', 'errors'],
  ['model'],
];

/** Folder that every other may import, since it imports none. */
export const ground = 'util';

/** Folders that a folder of `src` may import, types included; `room/**` stands for a room with all folders in it. */
export const walls: Readonly<Record<string, readonly string[]>> = {
  '.': ['app', 'cli', 'cli/terminal', 'cli/wsdl', 'observe', 'qa/seed', 'settings'],
  app: [
    ...['.', 'settings', 'observe', 'background', 'services', 'mail'],
    ...['http/**', 'soap', 'soap/contract', 'soap-client', 'store', 'store/database/**', 'store/schema'],
    ...['qa/**', 'provisioning/**', 'cli/commands', 'cli/wsdl'],
  ],

  cli: ['cli/commands', 'cli/tools', 'cli/terminal', 'settings'],
  'cli/commands': [
    ...['cli/tools', 'cli/wsdl', 'cli/terminal', 'soap-client', 'qa/recording', 'qa/seed'],
    ...['provisioning/access', 'provisioning/usage', 'provisioning/repositories', 'provisioning/errors'],
  ],
  'cli/tools': ['cli/terminal', 'soap-client', 'soap/contract', 'services/generated'],
  'cli/wsdl': ['soap-client', 'soap/contract', 'soap/decode'],
  'cli/terminal': ['soap-client'],

  http: ['http/server', 'http/cross-site', 'http/service-pages', 'soap/contract', 'observe'],
  'http/server': ['provisioning/access', 'settings'],
  'http/service-pages': ['http/server', 'soap/contract'],
  'http/cross-site': ['http/server', 'http/rest/engine', 'observe'],
  'http/console': [
    ...['http/console/pages', 'http/console/parts', 'http/cross-site', 'http/server', 'http/rest/engine'],
    ...['observe', 'provisioning/access', 'provisioning/installation'],
  ],
  'http/console/pages': [
    ...['http/console/parts', 'http/rest', 'http/rest/engine', 'http/rest/quota', 'provisioning/**'],
  ],
  'http/console/parts': ['http/server', 'soap/contract', 'observe', 'provisioning/**'],
  'http/rest': [
    ...[
      'http/rest/engine',
      'http/rest/openapi',
      'http/rest/oxaas',
      'http/rest/provisioning',
      'http/rest/quota',
    ],
    ...['provisioning/**', 'qa/control', 'qa/recording'],
  ],
  'http/rest/provisioning': ['http/rest/engine', 'http/rest/quota', 'provisioning/**'],
  'http/rest/quota': ['http/rest/engine', 'provisioning/**'],
  'http/rest/oxaas': ['http/rest/engine', 'provisioning/**'],
  'http/rest/openapi': ['http/rest/engine', 'http/server'],
  'http/rest/engine': [
    ...['http/rest/input', 'http/server', 'soap/contract', 'soap/encode', 'observe', 'qa/recording'],
    ...['provisioning/access', 'provisioning/errors', 'provisioning/model', 'provisioning/usage'],
  ],
  'http/rest/input': ['http/rest/engine', 'http/cross-site', 'soap/contract'],

  background: [
    ...['mail', 'observe', 'settings'],
    ...['provisioning/model', 'provisioning/quota', 'provisioning/repositories'],
  ],
  'qa/control': ['qa/recording', 'qa/seed', 'soap', 'soap/contract'],
  'qa/recording': ['soap', 'soap/decode', 'soap-client'],
  'qa/seed': ['soap/contract', 'soap-client'],

  services: ['services/generated', 'soap', 'soap/contract', 'provisioning/**'],
  'services/generated': ['soap/contract'],
  'soap-client': ['.', 'soap', 'soap/contract', 'soap/decode'],
  soap: ['soap/contract', 'soap/decode', 'soap/encode'],
  'soap/decode': ['soap/contract'],
  'soap/encode': ['soap/contract'],
  'soap/contract': [],

  store: ['store/**', 'provisioning/access', 'provisioning/repositories', 'provisioning/errors'],
  'store/access': [
    ...['store/contexts', 'store/registry', 'store/resellers', 'store/users'],
    ...['store/schema', 'store/database', 'store/database/driver'],
    ...['provisioning/repositories', 'provisioning/errors', 'provisioning/model'],
  ],
  'store/contexts': [
    ...['store/users', 'store/schema', 'store/database'],
    ...[
      'provisioning/quota',
      'provisioning/repositories',
      'provisioning/errors',
      'provisioning/model',
      'util',
    ],
  ],
  'store/groups': [
    ...['store/schema', 'store/database'],
    ...['provisioning/repositories', 'provisioning/errors', 'provisioning/model'],
  ],
  'store/oxaas': [
    ...['store/users', 'store/outbox', 'store/schema', 'store/database', 'provisioning/oxaas'],
    ...['provisioning/repositories', 'provisioning/errors', 'provisioning/model'],
  ],
  'store/outbox': [
    ...['store/quota', 'store/schema', 'store/database'],
    ...['provisioning/repositories', 'provisioning/model'],
  ],
  'store/users': [
    ...['store/audit', 'store/outbox', 'store/oxaas', 'store/quota', 'store/registry', 'store/schema'],
    'store/database',
    ...['provisioning/access', 'provisioning/quota', 'provisioning/repositories', 'provisioning/errors'],
    'provisioning/model',
  ],
  'store/quota': [
    ...['store/schema', 'store/database'],
    ...['provisioning/repositories', 'provisioning/errors', 'provisioning/model'],
  ],
  'store/registry': [
    ...['store/schema', 'store/database'],
    ...['provisioning/repositories', 'provisioning/errors', 'provisioning/model'],
  ],
  'store/resellers': [
    ...['store/schema', 'store/database'],
    ...['provisioning/repositories', 'provisioning/errors', 'provisioning/model'],
  ],
  'store/audit': [
    ...['store/schema', 'store/database', 'provisioning/access'],
    ...['provisioning/repositories', 'provisioning/model'],
  ],
  'store/schema': ['store/database', 'migrations', 'provisioning/errors', 'provisioning/model'],
  'store/database': [
    ...['store/database/driver', 'provisioning/errors', 'provisioning/model', 'provisioning/repositories'],
  ],
  'store/database/driver': ['store/database'],

  mail: ['provisioning/repositories', 'provisioning/model'],
  observe: [
    ...['.', 'mail', 'settings'],
    ...['provisioning/access', 'provisioning/quota', 'provisioning/repositories'],
  ],
  settings: ['.', 'store/database', 'provisioning/access', 'provisioning/quota', 'provisioning/installation'],
  util: [],
  ...wallsOfFloors(),
};

/** Rooms or folders that may import an npm package, types included; what is not here is shut to all. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  '@bomb.sh/tab': ['cli'],
  '@fastify/busboy': ['soap/decode'],
  '@redis/client': ['background'],
  '@opentelemetry/api': ['observe'],
  'cli-progress': ['cli'],
  commander: ['cli'],
  'csv-parse': ['cli/tools'],
  'csv-stringify': ['cli/terminal', 'cli/tools'],
  'fastest-levenshtein': ['cli/wsdl', 'settings'],
  express: ['http', 'app'],
  knex: ['store'],
  libsql: ['store/database'],
  'lru-cache': ['util'],
  mysql2: ['store/database'],
  'prom-client': ['observe'],
  saxes: ['soap'],
  soap: ['cli/wsdl'],
  'string-width': ['cli/terminal'],
  winston: ['observe'],
  yaml: ['cli/commands', 'qa/seed'],
  zod: ['cli', 'http', 'mail', 'qa', 'settings', 'store/outbox'],
};

/** Rooms or folders that may import a module of Node that starts something or listens; the others are open to all. */
export const builtins: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['mail'],
  'node:cluster': [],
  'node:dgram': [],
  'node:http': ['http', 'app', 'soap', 'qa/recording', 'observe'],
  'node:http2': [],
  'node:https': ['http/server'],
  'node:inspector': [],
  'node:net': ['http/server', 'app', 'qa/recording', 'settings', 'store/database/driver'],
  'node:tls': ['http/server'],
  'node:vm': [],
  'node:worker_threads': ['provisioning/access'],
};

function wallsOfFloors(): Record<string, string[]> {
  const entries = floors.flatMap((floor, at) => {
    const lower = floors.slice(at + 1).flat();
    return floor.map((name) => [
      `${floorsRoom}/${name}`,
      [...lower.map((other) => `${floorsRoom}/${other}`)],
    ]);
  });
  return Object.fromEntries(entries) as Record<string, string[]>;
}
