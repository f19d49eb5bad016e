import express from 'express';
import type { AnswerOnce } from '../../provisioning/access/answer-once.js';
import type { Installation } from '../../provisioning/installation/installation.js';
import { auditRouter } from './audit-router.js';
import type { DeclaredOperation } from './engine/rest-operation.js';
import { restRoutes, type RestRoutesOptions } from './engine/rest-routes.js';
import { onceRunner } from './engine/run-once.js';
import { openApiRouter } from './openapi/openapi-router.js';
import { cloudRouter } from './oxaas/oxaas-router.js';
import { contextRoutes } from './provisioning/context-routes.js';
import { groupRoutes } from './provisioning/group-routes.js';
import { mailDomainRoutes } from './provisioning/mail-domain-routes.js';
import { resellerRoutes } from './provisioning/reseller-routes.js';
import { userRoutes } from './provisioning/user-routes.js';
import { quotaRouter, type QuotaRouterOptions } from './quota/quota-router.js';

type RestApiOptions = Omit<QuotaRouterOptions & ProvisioningRouterOptions, 'declare' | 'maxBodyBytes'> & {
  /** Base URL in the description, instead of the request's host. */
  readonly publicUrl: string | null;
  /** For calls that take whole objects. */
  readonly maxBodyBytes: number;
};

/** Everything that is REST, and its description at `/openapi.json` and `/openapi/`. */
export function restApi(
  installation: Installation,
  { publicUrl, ...options }: RestApiOptions,
): express.Router {
  const operations: DeclaredOperation[] = [];
  const { serviceToken, filesCounted, answerOnce, maxBodyBytes, ...common } = {
    ...options,
    declare: (operation: DeclaredOperation) => void operations.push(operation),
  };
  const router = express.Router();
  router.use('/provisioning/v1', provisioningRouter(installation, { ...common, answerOnce, maxBodyBytes }));
  router.use('/quota/v1', quotaRouter(installation, { ...common, serviceToken, filesCounted }));
  router.use(['/oxaas/v1', '/api/oxaas/v1'], cloudRouter(installation, common));
  router.use('/audit/v1', auditRouter(installation, common));
  router.use(openApiRouter(operations, publicUrl));
  return router;
}

export interface ProvisioningRouterOptions extends Omit<RestRoutesOptions, 'service'> {
  readonly answerOnce: AnswerOnce;
}

/** Provisioning as JSON, for scripts: what SOAP's services do, with their rules and rights. Below `/provisioning/v1`. */
function provisioningRouter(
  installation: Installation,
  { answerOnce, ...options }: ProvisioningRouterOptions,
): express.Router {
  const once = onceRunner(answerOnce);
  return restRoutes({ ...options, service: 'provisioning/v1' }, (route) => {
    resellerRoutes(route, installation, once);
    contextRoutes(route, installation, once);
    userRoutes(route, installation, once);
    groupRoutes(route, installation, once);
    mailDomainRoutes(route, installation);
  });
}
