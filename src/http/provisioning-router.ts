import type express from 'express';
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import { contextRoutes } from './context-routes.js';
import { groupRoutes } from './group-routes.js';
import { mailDomainRoutes } from './mail-domain-routes.js';
import { resellerRoutes } from './reseller-routes.js';
import { restRoutes, type RestRoutesOptions } from './rest-routes.js';
import { onceRunner, type AnswerOnce } from './run-once.js';
import { userRoutes } from './user-routes.js';

export interface ProvisioningRouterOptions extends Omit<RestRoutesOptions, 'service'> {
  readonly answerOnce: AnswerOnce;
}

/** Provisioning as JSON, for scripts: what SOAP's services do, with their rules and rights. Below `/provisioning/v1`. */
export function provisioningRouter(
  deps: ProvisioningDeps,
  { answerOnce, ...options }: ProvisioningRouterOptions,
): express.Router {
  const once = onceRunner(answerOnce);
  return restRoutes({ ...options, service: 'provisioning/v1' }, (route) => {
    resellerRoutes(route, deps, once);
    contextRoutes(route, deps, once);
    userRoutes(route, deps, once);
    groupRoutes(route, deps, once);
    mailDomainRoutes(route, deps);
  });
}
