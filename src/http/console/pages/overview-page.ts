import { StoreUnavailableError } from '../../../provisioning/errors/store-errors.js';
import { getOverview, type Overview } from '../../../provisioning/overview/overview.js';
import { ExpiringCache } from '../../../util/expiring-cache.js';
import { pageAnswer, type ConsoleAnswer, type ConsoleCall } from '../parts/console-answer.js';
import type { ConsoleCaller } from '../parts/console-sessions.js';
import { html, type Fragment, type Markup } from '../parts/html.js';
import { badMessage } from '../parts/layout.js';
import type { FaultRate } from '../parts/recent-requests.js';
import { showCount, showCounted, showPercent, showTime } from '../parts/tables.js';
import { legendKey } from '../parts/usage-bar.js';
import { usersTable } from '../parts/user-tables.js';
import { lately, ratesTable, recentlyShown, requestsTable } from './requests-page.js';

const freshMs = 60_000;
const maxCached = 100;
const shownRates = 6;
const shownRequests = 8;

/** The first page: numbers, the fullest mailboxes, and what goes on. Counts are kept for a minute, for each who may see the same. */
export function overviewPage(): (call: ConsoleCall) => Promise<ConsoleAnswer> {
  const cache = new ExpiringCache<Overview>(freshMs, maxCached);
  return async (call) => {
    const { caller, root } = call;
    const read = () => getOverview(caller.installation, caller.credentials);
    const counted = await cache.get(keyOf(caller), read).catch(whenTooSlow);
    const { requests, rates } = await recentlyShown(call);
    const body = html`<h1>Overview</h1>
      <p class="lead">
        ${caller.provider.kind !== 'master' && 'Your contexts and those of your children.'}
        ${counted !== null && `Counted at ${showTime(counted.atMs)}, at most once a minute.`}
      </p>
      ${counted === null ? badMessage('The database did not answer in time, so there are no counts.') : numbers(counted.value, rates)}
      <div class="grid">
        ${counted !== null && html`<section class="panel">${unifiedShare(counted.value)}</section>`}
        <section class="panel">
          <h2>Recent faults</h2>
          ${ratesTable(rates.slice(0, shownRates))}
          <p><a href="${root}/requests">All faults and requests</a></p>
        </section>
      </div>
      ${counted !== null && html`<section class="panel">${fullest(counted.value, root)}</section>`}
      <section class="panel">
        <h2>Last requests</h2>
        ${requestsTable(requests.slice(0, shownRequests), root)}
        <p><a href="${root}/requests">More requests</a></p>
      </section>`;
    return pageAnswer({ title: 'Overview', place: '', body });
  };
}

/** Null for an unavailable store, so that the page still shows current activity. */
function whenTooSlow(error: unknown): null {
  if (error instanceof StoreUnavailableError) return null;
  throw error;
}

function keyOf({ provider }: ConsoleCaller): string {
  return provider.kind === 'master' ? 'master' : String(provider.reseller.id);
}

function numbers({ contexts, users }: Overview, rates: readonly FaultRate[]): Markup {
  const sum = (of: (rate: FaultRate) => number) => rates.reduce((all, rate) => all + of(rate), 0);
  const items: readonly (readonly [string, number])[] = [
    ['Contexts', contexts],
    ['Users', users],
    [`Requests in ${lately.minutes} minutes`, sum(({ requests }) => requests)],
    ['Faults among them', sum(({ faults }) => faults)],
  ];
  return html`<dl class="numbers">
    ${items.map(
      ([name, n]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${showCount(n)}</dd>
        </div>`,
    )}
  </dl>`;
}

function unifiedShare({ users, unified }: Overview): Markup {
  const width = users === 0 ? 0 : Math.round((unified / users) * 1_000);
  return html`<h2>Unified and default quota</h2>
    <svg
      class="bar"
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      role="img"
      aria-label="Unified: ${showPercent(unified, users)} of ${showCounted(users, 'user')}"
    >
      <rect class="free" width="1000" height="10" />
      <rect class="mail" width="${width}" height="10" />
    </svg>
    <ul class="legend">
      <li>${legendKey('mail')}unified ${showCount(unified)} (${showPercent(unified, users)})</li>
      <li>${legendKey('free')}default ${showCount(users - unified)}</li>
    </ul>
    <p class="hint">
      Unified: mail and files share one limit. Default: each has its own. Context admins are not counted.
    </p>`;
}

function fullest({ fullest: list, onlyReached }: Overview, root: string): Fragment {
  const head = html`<h2>Fullest mailboxes</h2>`;
  if (list === null)
    return html`${head}
      <p>In this installation only a context's own admin can see its users (MASTER_ACCOUNT_OVERRIDE).</p>`;
  if (list.length === 0)
    return html`${head}
      <p>
        ${onlyReached ? 'No user has reached 80 % of a limit.' : 'No mailbox with a limit holds anything yet.'}
      </p>`;
  const note = onlyReached && html`<p class="hint">Only users who have reached 80 % of their limit.</p>`;
  return html`${head}${usersTable('Fullest first, by mailbox limit', list, root)}${note}`;
}
