import { ESLint } from 'eslint';

const rules = ['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax'];
/** These rules ask nothing of the types, which would take ten seconds to read. */
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => rules.includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** What the rules about imports in `eslint.config.js` say of a file of that name with that content. */
export async function importComplaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath });
  const fatal = result?.messages.find((message) => message.fatal);
  if (fatal) throw new Error(fatal.message);
  return (result?.messages ?? []).map(({ message }) => message);
}
