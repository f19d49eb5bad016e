import express from 'express';

/** A route as Express knows it: `*` stands for every method. */
export interface MountedRoute {
  readonly method: string;
  /** With the prefixes of the routers above it. */
  readonly path: string;
}

interface Listed {
  readonly path: string | RegExp;
  readonly methods: readonly string[] | undefined;
  readonly router: Router | undefined;
}
interface Router {
  listRoutes(): readonly Listed[];
}
interface RouterPrototype {
  handle: (this: Router, ...rest: unknown[]) => unknown;
}

/**
 * All routes of the app that serves at `url`, in this process: found by looking which router takes a request first, so that a route
 * that somebody adds anywhere is among them.
 */
export async function mountedRoutes(url: string): Promise<MountedRoute[]> {
  const prototype = express.Router.prototype as unknown as RouterPrototype;
  const { handle } = prototype;
  const routers: Router[] = [];
  prototype.handle = function (...rest) {
    routers.push(this);
    return handle.apply(this, rest);
  };
  try {
    await fetch(`${url}/health/live`);
    // What is loaded for its first request only.
    for (const path of ['console/nothing', 'control/v1/nothing', 'nothing']) await fetch(`${url}/${path}`);
  } finally {
    prototype.handle = handle;
  }
  const [root] = routers;
  if (root === undefined) throw new Error('no router took the request');
  return routesOf(root, '');
}

function routesOf(router: Router, prefix: string): MountedRoute[] {
  return router.listRoutes().flatMap(({ path, methods, router: inner }) => {
    const whole = `${prefix === '/' ? '' : prefix}${String(path)}`;
    if (inner !== undefined) return routesOf(inner, path === '/' ? prefix : whole);
    return (methods ?? []).filter((method) => method !== 'HEAD').map((method) => ({ method, path: whole }));
  });
}
