import { getContext } from '../../../provisioning/contexts/read-contexts.js';
import type { User } from '../../../provisioning/model/model.js';
import { getUsageSamples } from '../../../provisioning/overview/overview.js';
import { getQuotaFacts, type QuotaFacts } from '../../../provisioning/oxaas/mail-quota.js';
import { configAttribute, unifiedQuotaProperty } from '../../../provisioning/quota/config-cascade.js';
import type { QuotaState } from '../../../provisioning/quota/quota-state.js';
import { ownsFilestore } from '../../../provisioning/registry/filestores.js';
import { quotaStateOf } from '../../rest/quota/quota-state-routes.js';
import { changesPath } from '../parts/changes-table.js';
import { formText, queryText, type ConsoleAnswer, type ConsoleCall } from '../parts/console-answer.js';
import { html, named, type Fragment, type Markup } from '../parts/html.js';
import { goodMessage } from '../parts/layout.js';
import { showCount, showMb } from '../parts/tables.js';
import { usageBars } from '../parts/usage-bar.js';
import { usagePlot } from '../parts/usage-plot.js';
import { modeTag, tag, userPath } from '../parts/user-tables.js';
import { quotaChanges, type QuotaChange, quotaForms } from './quota-changes.js';

const dayMs = 86_400_000;
const spans = [7, 30, 365] as const;
const usualSpan = 30;

/**
 * A user: facts, quota, usage over time, and the forms that change the quota.
 * @param problem what went wrong with a form that was sent
 */
export async function userPage(
  call: ConsoleCall,
  contextId: number,
  userId: number,
  problem: Markup | null = null,
): Promise<Extract<ConsoleAnswer, { readonly page: unknown }>> {
  const { caller, root } = call;
  const { installation, credentials } = caller;
  const facts = await getQuotaFacts(installation, contextId, userId, credentials);
  const { context } = await getContext(installation, { id: contextId }, credentials);
  const { user } = facts;
  const state = quotaStateOf(facts);
  const path = userPath(root, { contextId, userId });
  const typed = (name: string) => (problem === null ? null : formText(call, name));
  const body = html`<p class="crumbs">
      <a href="${root}/contexts">Contexts</a> ›
      <a href="${root}/contexts/${contextId}">${named(context.name)}</a>
    </p>
    <h1>${named(user.login)}</h1>
    <p class="lead">${named(user.displayName)}, ${named(user.primaryEmail)}</p>
    ${problem ?? (queryText(call, 'saved') === '1' && goodMessage('Saved.'))}
    <div class="grid">
      <div class="column">
        <section class="panel">
          <h2>Quota ${modeTag(state)}</h2>
          ${usageBars(state)}${explanation(facts, state)}
        </section>
        <section class="panel">
          <h2>Facts</h2>
          ${factList(facts)}
          <p><a href="${changesPath(root, contextId, userId)}">Changes of this user</a></p>
        </section>
      </div>
      <section class="panel">
        <h2>Change the quota</h2>
        ${quotaForms({ path, caller, facts, typed })}
      </section>
    </div>
    <section class="panel">
      <h2>Usage over time</h2>
      ${await history(call, facts, state)}
    </section>`;
  return { status: 200, page: { title: user.login, place: '/contexts', body } };
}

/** Carries out one of the changes and shows the user again. */
export async function changeQuota(
  call: ConsoleCall,
  contextId: number,
  userId: number,
  change: QuotaChange,
): Promise<ConsoleAnswer> {
  const { installation, credentials } = call.caller;
  const facts = await getQuotaFacts(installation, contextId, userId, credentials);
  await quotaChanges[change](call, { contextId, userId, facts });
  return { status: 303, location: `${userPath(call.root, { contextId, userId })}?saved=1` };
}

async function history(call: ConsoleCall, { user }: QuotaFacts, state: QuotaState): Promise<Fragment> {
  const { caller, root } = call;
  const { contextId, id: userId } = user;
  const asked = Number(queryText(call, 'days'));
  const days = spans.find((span) => span === asked) ?? usualSpan;
  const toMs = Date.now();
  const fromMs = toMs - days * dayMs;
  const { mailBytes, fileBytes } = state.usage;
  const samples = await getUsageSamples(
    caller.installation,
    { contextId, userId },
    fromMs,
    caller.credentials,
  );
  const choices = spans.map(
    (span) =>
      html`<li>
        <a
          href="${userPath(root, { contextId, userId })}?days=${span}"
          ${span === days && html` aria-current="true"`}
          >${span} days</a
        >
      </li>`,
  );
  const chosen = html`<ul class="choices" aria-label="Period">
    ${choices}
  </ul>`;
  if (samples.length === 0)
    return html`${chosen}
      <p>
        No samples in this period yet. Usage is sampled when it changes, as often as USAGE_SAMPLE_INTERVAL
        says.
      </p>`;
  const plotted = [...samples, { atMs: toMs, mailBytes, fileBytes }];
  return html`${chosen}${usagePlot({ samples: plotted, fromMs, toMs, limitBytes: state.limitBytes })}`;
}

/** Reason why the quota is not unified although that is enabled. */
function explanation({ user, unifiedEnabled }: QuotaFacts, { mode }: QuotaState): Markup {
  if (mode === 'unified')
    return html`<p class="hint">
      Mail and files share one limit. Files are counted in the user's own storage.
    </p>`;
  if (!unifiedEnabled)
    return html`<p class="hint">
      Mail and files have separate limits, since unified quota is off for this user.
    </p>`;
  const missing = [
    ownsFilestore(user) ? '' : 'the user has no file storage of its own (set a file limit to create one)',
    user.maxQuotaMb > 0 ? '' : 'the file limit is not above 0',
    user.mailQuotaMb !== null && user.mailQuotaMb > 0 ? '' : 'there is no mail limit',
    user.maxQuotaMb > 0 && user.mailQuotaMb && user.mailQuotaMb !== user.maxQuotaMb
      ? 'the two limits differ'
      : '',
  ].filter((reason) => reason !== '');
  return html`<p>
    ${tag('not in effect', 'warn')} Unified quota is on, but mail and files still have separate limits:
    ${missing.join('; ')}.
  </p>`;
}

function factList({ user, usage, unifiedEnabled }: QuotaFacts): Markup {
  const facts: readonly (readonly [string, Fragment])[] = [
    ['Id', user.id],
    ['Logins', user.enabled ? tag('enabled', 'good') : tag('disabled', 'warn')],
    ['Name', named(`${user.givenName} ${user.surName}`)],
    ['Aliases', user.aliases.map((alias, at) => [at > 0 ? ', ' : '', named(alias)])],
    [
      'maxQuota',
      user.maxQuotaMb < 0
        ? `${user.maxQuotaMb} (no limit)`
        : `${user.maxQuotaMb} (${showMb(user.maxQuotaMb)})`,
    ],
    ['Mail quota', mailQuotaFact(user)],
    ['Unified quota', switchFact(user, unifiedEnabled)],
    [
      'Files count to',
      ownsFilestore(user) ? 'the user' : user.filestoreId > 0 ? 'a master user' : 'the context',
    ],
    ['Messages', showCount(usage.mailMessages)],
    ['Language', `${user.language}, ${user.timezone}`],
    ['Password hash', user.passwordMech],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function mailQuotaFact({ mailQuotaMb }: User): string {
  if (mailQuotaMb === null) return 'never set (no limit)';
  return mailQuotaMb === 0 ? '0 (no limit)' : `${mailQuotaMb} (${showMb(mailQuotaMb)})`;
}

function switchFact(user: User, unifiedEnabled: boolean): string {
  const own = configAttribute(user.attributes, unifiedQuotaProperty);
  return `${unifiedEnabled ? 'on' : 'off'}, ${own === undefined ? 'inherited' : `set to “${own}” for the user`}`;
}
