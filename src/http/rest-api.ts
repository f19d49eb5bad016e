import express from 'express';
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import { auditRouter } from './audit-router.js';
import { cloudRouter } from './cloud-router.js';
import { fileQuotaRouter, type FileQuotaRouterOptions } from './file-quota-router.js';
import { openApiRouter } from './openapi-router.js';
import { provisioningRouter, type ProvisioningRouterOptions } from './provisioning-router.js';
import type { DeclaredOperation } from './rest-operation.js';

type RestApiOptions = Omit<FileQuotaRouterOptions & ProvisioningRouterOptions, 'declare' | 'maxBodyBytes'> & {
  /** What the description says in place of the request's own host. */
  readonly publicUrl: string | null;
  /** For calls that take whole objects. */
  readonly maxBodyBytes: number;
};

/** Everything that is REST, and its description at `/openapi.json` and `/openapi/`. */
export function restApi(deps: ProvisioningDeps, { publicUrl, ...options }: RestApiOptions): express.Router {
  const operations: DeclaredOperation[] = [];
  const { serviceToken, filesCounted, answerOnce, maxBodyBytes, ...common } = {
    ...options,
    declare: (operation: DeclaredOperation) => void operations.push(operation),
  };
  const router = express.Router();
  router.use('/provisioning/v1', provisioningRouter(deps, { ...common, answerOnce, maxBodyBytes }));
  router.use('/quota/v1', fileQuotaRouter(deps, { ...common, serviceToken, filesCounted }));
  router.use(['/oxaas/v1', '/api/oxaas/v1'], cloudRouter(deps, common));
  router.use('/audit/v1', auditRouter(deps, common));
  router.use(openApiRouter(operations, publicUrl));
  return router;
}
