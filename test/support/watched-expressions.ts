import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The alert rules that are shipped. */
export const alertsFile = 'deploy/prometheus/oxbow-alerts.yml';

/** Something that is asked of Prometheus, and where that is written. */
export interface WatchedExpression {
  readonly place: string;
  readonly expr: string;
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync('deploy/grafana/oxbow.json', 'utf8')) as Dashboard;

/** Every expression of the dashboard's panels, with Grafana's variables in it. */
export function dashboardExpressions(): WatchedExpression[] {
  return dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ place: `panel ${title}`, expr })),
  );
}

/** What the variables of the dashboard are chosen from, in Grafana's words. */
export function dashboardVariables(): WatchedExpression[] {
  return dashboard.templating.list.flatMap(({ name, query }) =>
    typeof query === 'object' && query !== null && 'query' in query
      ? [{ place: `variable ${name}`, expr: String(query.query) }]
      : [],
  );
}

/** Every alert with its expression. */
export function alertExpressions(): (WatchedExpression & { readonly alert: string })[] {
  const { groups } = parse(readFileSync(alertsFile, 'utf8')) as Alerts;
  return groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr }) => ({ alert, place: `alert ${alert}`, expr })),
  );
}
