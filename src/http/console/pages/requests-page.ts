import { pageAnswer, queryText, type ConsoleAnswer, type ConsoleCall } from '../parts/console-answer.js';
import { html, named, type Fragment } from '../parts/html.js';
import { faultRates, type FaultRate, type RecentRequest, visibleRequests } from '../parts/recent-requests.js';
import { showCount, showPercent, showTime, table } from '../parts/tables.js';
import { tag } from '../parts/user-tables.js';

/** Period that counts as recent. */
export const lately = { minutes: 15, ms: 15 * 60_000 };
const shownRequests = 100;

/** The last requests and how often they failed, as this process knows them. */
export async function requestsPage(call: ConsoleCall): Promise<ConsoleAnswer> {
  const { root } = call;
  const onlyFaults = queryText(call, 'only') === 'faults';
  const { requests, rates } = await recentlyShown(call);
  const shown = requests.filter(({ outcome }) => !onlyFaults || outcome !== 'ok').slice(0, shownRequests);
  const choice = (path: string, name: string, isCurrent: boolean) =>
    html`<li><a href="${root}${path}" ${isCurrent && html` aria-current="true"`}>${name}</a></li>`;
  const body = html`<h1>Requests</h1>
    <p class="lead">
      Requests to this process since its start, at most the last 5,000. Other processes on the same database
      have their own. Contents are not kept.
      ${call.caller.provider.kind === 'master' && html`<a href="${root}/refused-logins">Refused logins</a>`}
    </p>
    <p data-live-control></p>
    <div data-live>
      <section class="panel">
        <h2>Faults of the last ${lately.minutes} minutes</h2>
        ${ratesTable(rates)}
      </section>
      <section class="panel">
        <h2>Last requests</h2>
        <ul class="choices">
          ${choice('/requests', 'All', !onlyFaults)}${choice('/requests?only=faults', 'Failed only', onlyFaults)}
        </ul>
        ${requestsTable(shown, root)}
      </section>
    </div>`;
  return pageAnswer({ title: 'Requests', place: '/requests', body, isLive: true });
}

/** The requests that the caller may see, the newest first, and the rates of those of the last minutes. */
export async function recentlyShown({
  caller,
  recent,
}: ConsoleCall): Promise<{ requests: RecentRequest[]; rates: FaultRate[] }> {
  const requests = await visibleRequests(caller, recent.list());
  const sinceMs = Date.now() - lately.ms;
  return { requests, rates: faultRates(requests.filter(({ atMs }) => atMs >= sinceMs)) };
}

export function ratesTable(rates: readonly FaultRate[]): Fragment {
  if (rates.length === 0) return html`<p>No requests in the last ${lately.minutes} minutes.</p>`;
  const columns = [
    { name: 'Operation and service', kind: 'name' as const },
    { name: 'Requests', kind: 'number' as const },
    { name: 'Faults', kind: 'number' as const },
    { name: 'Rate', kind: 'number' as const },
  ];
  const rows = rates.map(({ service, operation, requests, faults }) => [
    html`${operation} <span class="hint">${service}</span>`,
    showCount(requests),
    showCount(faults),
    showPercent(faults, requests),
  ]);
  return table(`By operation, last ${lately.minutes} minutes`, columns, rows);
}

export function requestsTable(requests: readonly RecentRequest[], root: string): Fragment {
  if (requests.length === 0) return html`<p>No requests.</p>`;
  const columns = [
    { name: 'Time', kind: 'nowrap' as const },
    { name: 'Operation', kind: 'name' as const },
    { name: 'Service' },
    { name: 'Outcome' },
    { name: 'Login', kind: 'name' as const },
    { name: 'Context' },
    { name: 'Took', kind: 'number' as const },
  ];
  const rows = requests.map(({ atMs, operation, service, outcome, principal, contextId, durationMs }) => [
    showTime(atMs).slice(11),
    operation ?? '(none)',
    service,
    tag(outcome, outcome === 'ok' ? 'good' : 'bad'),
    principal === null ? '—' : named(principal),
    contextId === undefined ? '' : html`<a href="${root}/contexts/${contextId}">${contextId}</a>`,
    `${durationMs.toFixed(durationMs < 10 ? 1 : 0)} ms`,
  ]);
  return table('Requests, newest first', columns, rows);
}
