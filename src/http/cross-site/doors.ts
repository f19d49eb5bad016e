/** Permissions of other sites' pages below a path. */
export interface Door {
  readonly path: RegExp;
  /** `reads`: GET and HEAD of what everybody may know. `itself`: who answers there looks, since people read the refusal. */
  readonly others: 'all' | 'reads' | 'itself' | 'nothing';
  /** True when the portals of CORS_ORIGINS have access. */
  readonly portals: boolean;
}

/** The first that matches counts. */
const doors: readonly Door[] = [
  { path: /^\/(provisioning|quota|(api\/)?oxaas|audit)\/v1(\/|$)/i, others: 'nothing', portals: true },
  { path: /^\/openapi\.json\/?$/i, others: 'reads', portals: true },
  { path: /^\/(openapi(\/|$)|$)/i, others: 'reads', portals: false },
  { path: /^\/(webservices|servlet\/axis2\/services)(\/|$)/i, others: 'reads', portals: false },
  { path: /^\/console(\/|$)/i, others: 'itself', portals: false },
  { path: /^\/(health(\/|$)|metrics\/?$)/i, others: 'all', portals: false },
];

/** Default for unlisted paths, so that a new router is closed until somebody decides. */
const closed: Door = { path: /^/, others: 'nothing', portals: false };

export function doorOf(path: string): Door {
  return doors.find((door) => door.path.test(path)) ?? closed;
}
