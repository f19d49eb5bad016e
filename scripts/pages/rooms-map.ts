import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { floors, floorsRoom, ground, walls } from '../house/walls.js';

const page = 'docs/README.md';
const [begin, end] = [
  '<!-- Drawn by npm run docs, from scripts/house/walls.ts -->',
  '<!-- End of the drawing -->',
];

/** The files that a `create` of a user goes through, downwards. */
const path: readonly (readonly [file: string, text: string])[] = [
  ['http/server/server.ts', 'takes the connection'],
  ['http/create-http-app.ts', 'finds the route, in a slot for a request'],
  ['soap/endpoint.ts', 'reads the envelope, writes the answer or fault'],
  ['soap/decode/decode.ts', 'makes typed values of XML, from the descriptors of the WSDL'],
  ['services/ox-reseller-user-service.ts', 'translates wire types to those of the rules'],
  ['provisioning/users/create-user.ts', 'is the operation: who may, what is checked, what is written'],
  ['provisioning/access/authorization.ts', 'says who the caller is and what is his'],
  ['provisioning/users/prepare-user.ts', 'fills in defaults and checks names, in the order of the original'],
  ['store/users/user-insertion.ts', 'lists the statements of one new user'],
  ['store/database/statement-runner.ts', 'sends them in one transaction, and repeats it after a conflict'],
];

/** The page of all pages, with the map of the rooms and the path of a request drawn anew. */
export function pageWithRoomsMap(): string {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the map`);
  return `${text.slice(0, from)}${begin}\n\n${roomsMap()}\n${text.slice(to)}`;
}

function roomsMap(): string {
  const missing = path.find(([file]) => !existsSync(`src/${file}`) || !(dirname(file) in walls));
  if (missing) throw new Error(`the path of create leads through ${missing[0]}, which is not there`);
  const steps = path.map(
    ([file, text], index) => `${index + 1}. [\`${file.slice(0, -3)}\`](../src/${file}) ${text}`,
  );
  return ['```mermaid', 'flowchart TD', ...roomLines(), ...floorLines(), '```', '', ...steps, ''].join('\n');
}

/** Arrows between rooms, without those that a longer way makes superfluous. */
function roomLines(): string[] {
  const targets = roomTargets();
  return [...targets].flatMap(([room, others]) =>
    [...others]
      .filter((other) => ![...others].some((way) => way !== other && reaches(targets, way, other)))
      .map((other) => `  ${id(room)} --> ${id(other)}`),
  );
}

function floorLines(): string[] {
  const boxes = floors.map((names, index) => `    floor${index}["${names.join(' · ')}"]`);
  const order = floors.map((_names, index) => `floor${index}`).join(' --> ');
  return [`  subgraph ${floorsRoom}`, ...boxes, `    ${order}`, '  end'];
}

function roomTargets(): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  for (const [folder, doors] of Object.entries(walls))
    for (const door of doors) {
      const [from, to] = [roomOf(folder), roomOf(door)];
      if (from === to || from === '.' || to === '.' || to === ground || to === 'migrations') continue;
      targets.set(from, (targets.get(from) ?? new Set<string>()).add(to));
    }
  return targets;
}

function reaches(targets: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const [seen, open] = [new Set<string>(), [from]];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const next = [...(targets.get(at) ?? [])].filter((room) => !seen.has(room));
    if (next.includes(to)) return true;
    for (const room of next) seen.add(room);
    open.push(...next);
  }
  return false;
}

function roomOf(folder: string): string {
  return folder.split('/')[0] ?? folder;
}

/** Names of mermaid hold no dash. */
function id(room: string): string {
  return room.includes('-') ? `${room.replaceAll('-', '')}["${room}"]` : room;
}
