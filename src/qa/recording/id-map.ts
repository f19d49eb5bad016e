import { childOf, type TreeElement } from '../../soap/decode/parse-tree.js';

const contextNames: ReadonlySet<string> = new Set(['ctx', 'context']);
const kinds: readonly (readonly [kind: string, holders: ReadonlySet<string>, names: ReadonlySet<string>])[] =
  [
    ['context', contextNames, new Set(['ctxid', 'context_id'])],
    [
      'user',
      new Set(['user', 'users', 'usr', 'usrdata', 'masterUser', 'admin_user']),
      new Set(['usrid', 'members', 'reassign']),
    ],
    ['group', new Set(['grp', 'grps', 'group', 'default_group']), new Set()],
    ['resource', new Set(['res', 'resources']), new Set()],
    ['reseller', new Set(['adm', 'admins']), new Set(['parentId'])],
  ];

/**
 * Recorded ids with their counterparts at the replaying endpoint. Ids of users, groups and resources belong
 * to a context.
 */
export class IdMap {
  private readonly ids = new Map<string, string>();

  /** Learns from what a create operation was answered with, then and now. */
  learn(service: string, operation: string, request: TreeElement, then: TreeElement, now: TreeElement): void {
    if (!/^(create|register)/.test(operation)) return;
    const [before, after] = [createdId(then), createdId(now)];
    if (before === null || after === null) return;
    const kind = kindOfService(service, operation);
    this.ids.set(keyOf(kind, contextIn(request), before), after);
  }

  /** The request with the ids of the endpoint; null: they are the same. */
  apply(request: TreeElement): TreeElement | null {
    const contextId = contextIn(request);
    let isChanged = false;
    const visit = (element: TreeElement, parent: string): TreeElement => {
      const kind = element.children.length === 0 ? kindOf(element.localName, parent) : null;
      const id = kind === null ? undefined : this.ids.get(keyOf(kind, contextId, element.text.trim()));
      if (id !== undefined && id !== element.text.trim()) {
        isChanged = true;
        return { ...element, text: id };
      }
      return { ...element, children: element.children.map((each) => visit(each, element.localName)) };
    };
    const applied = visit(request, '');
    return isChanged ? applied : null;
  }

  /** Counterparts of a recorded id in any context. */
  meanings(recorded: string): Set<string> {
    const found = [...this.ids].filter(([key]) => key.endsWith(` ${recorded}`)).map(([, id]) => id);
    return new Set(found);
  }

  /** The recorded ids that have become this one. */
  origins(id: string): Set<string> {
    const found = [...this.ids]
      .filter(([, each]) => each === id)
      .map(([key]) => key.slice(key.lastIndexOf(' ') + 1));
    return new Set(found);
  }
}

function keyOf(kind: string, contextId: string, id: string): string {
  return `${kind} ${kind === 'context' || kind === 'reseller' ? '' : contextId} ${id}`;
}

function kindOf(name: string, parent: string): string | null {
  for (const [kind, holders, names] of kinds)
    if (names.has(name) || (name === 'id' && holders.has(parent))) return kind;
  return name === 'id' ? parent : null;
}

function kindOfService(service: string, operation: string): string {
  if (/UtilService$/.test(service)) return operation.replace(/^(create|register)/, '');
  if (/SecondaryAccount/.test(service)) return 'secondary';
  const kind = /(Context|User|Group|Resource)Service$/.exec(service)?.[1];
  return kind?.toLowerCase() ?? 'reseller';
}

/** The context that a request is about, as it was recorded. */
function contextIn(request: TreeElement): string {
  const message = childOf(request, 'Body')?.children[0];
  const context = message?.children.find((each) => contextNames.has(each.localName));
  return (childOf(context, 'id') ?? childOf(message, 'ctxid'))?.text.trim() ?? '';
}

function createdId(answer: TreeElement): string | null {
  const message = childOf(answer, 'Body')?.children[0];
  return childOf(childOf(message, 'return'), 'id')?.text.trim() ?? null;
}
