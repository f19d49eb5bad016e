import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../observe/logging.js';
import { answerProblem } from '../rest/engine/rest.js';
import { requestIdOf } from '../server/request-id.js';
import { doorOf, type Door } from './doors.js';
import { isFromAnotherSite, isRead } from './is-from-another-site.js';
import { admitPortal, answerPreflight, isPreflight } from './portals.js';

export interface CrossSiteOptions {
  /** Public URL of the service; null to accept only the host of the request. */
  readonly publicUrl: string | null;
  /** The origins of own portals, whose pages may use REST; null: there are none. */
  readonly corsOrigins?: readonly string[] | null;
  readonly logger: Logger;
}

/** Maximum logged length of a stranger's text. */
const shownLength = 200;

/** Refuses what pages of other sites send with a browser's passwords, before anything else is looked at. */
export function crossSiteGuard({ publicUrl, corsOrigins, logger }: CrossSiteOptions): RequestHandler {
  const portals = new Set(corsOrigins ?? []);
  return (request, response, next) => {
    const isForeign = isFromAnotherSite(request, publicUrl);
    if (!isForeign && portals.size === 0) return next();
    const door = doorOf(request.path);
    if (portals.size > 0 && door.portals) {
      response.vary('Origin');
      const origin = request.get('Origin') ?? '';
      if (portals.has(origin)) {
        admitPortal(response, origin);
        return isPreflight(request) ? answerPreflight(response) : next();
      }
    }
    if (!isForeign || isOpen(door, request)) return next();
    refuse(request, response, logger);
  };
}

function isOpen({ others }: Door, request: Request): boolean {
  return others === 'all' || others === 'itself' || (others === 'reads' && isRead(request));
}

function refuse(request: Request, response: Response, logger: Logger): void {
  logger.warn('request of another site refused', {
    requestId: requestIdOf(response),
    method: request.method,
    path: request.path.slice(0, shownLength),
    origin: (request.get('Origin') ?? '').slice(0, shownLength),
  });
  answerProblem(response, {
    status: 403,
    detail: 'A page of another site sent this; CORS_ORIGINS can let a portal in, PUBLIC_URL names this site',
  });
}
