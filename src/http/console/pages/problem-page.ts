import { ProvisioningError } from '../../../provisioning/errors/errors.js';
import type { Problem } from '../../rest/engine/rest.js';
import { ConsoleError } from '../parts/console-answer.js';
import { html, type Markup } from '../parts/html.js';
import { badMessage, type ConsolePage } from '../parts/layout.js';

/** Problem as shown to people. */
export interface ShownProblem {
  readonly status: number;
  readonly what: string;
  readonly advice: string;
}

/** Problem for an error; null when the error is unexpected. */
export function shownProblem(
  error: unknown,
  toProblem: (error: unknown) => Problem | null,
): ShownProblem | null {
  if (error instanceof ConsoleError)
    return { status: error.status, what: error.message, advice: error.advice };
  const problem = toProblem(error);
  if (problem === null) return null;
  const kind = error instanceof ProvisioningError ? error.kind : null;
  if (kind === 'InvalidCredentials')
    return {
      status: 403,
      what: 'You may not see or change this, or it does not exist.',
      advice: 'You have the same rights as by SOAP: your own contexts and those of your children.',
    };
  const what = problem.detail === '' ? 'Something required is missing.' : problem.detail;
  return { status: problem.status, what, advice: adviceFor(problem.status) };
}

export function problemMessage({ what, advice }: ShownProblem): Markup {
  return badMessage(what, advice);
}

export function problemPage(root: string, problem: ShownProblem): ConsolePage {
  const body = html`<h1>Something went wrong</h1>
    ${problemMessage(problem)}
    <p><a href="${root}/">Go to the overview</a></p>`;
  return { title: 'Something went wrong', place: null, body };
}

function adviceFor(status: number): string {
  if (status === 404) return 'It may have been deleted. Look for it in the lists.';
  if (status === 503)
    return 'Nothing was changed unless the message says otherwise. Please try again in a moment.';
  return 'Nothing was changed. SOAP has the same rule.';
}
