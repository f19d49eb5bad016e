/** The look of the page at `/openapi/`. */
export const openApiStyle = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --soft: #f3f5f7; --line: #c9d1d9; --muted: #4d5761; --link: #0b57b5; --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #161b22; --line: #3a424c; --muted: #a8b3bd; --link: #79b8ff; --bad: #ff9492; }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: var(--text); background: var(--back); }
a { color: var(--link); }
h1, h2, h3, h4 { line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .5rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; display: inline; }
h4 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0; }
nav ul { columns: 12rem; padding-left: 1.25rem; }
details.card { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .75rem; }
details.card > summary { cursor: pointer; overflow-wrap: anywhere; }
summary .what { display: block; color: var(--muted); }
.method { display: inline-block; min-width: 4rem; font-weight: 700; text-transform: uppercase; }
code, pre, textarea, output { font: .9rem/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border-radius: .4rem; padding: .6rem; margin: .25rem 0; }
dl { margin: .25rem 0; }
dt { margin-top: .4rem; overflow-wrap: anywhere; }
dd { margin: 0 0 0 1rem; color: var(--muted); }
label { display: block; margin: .5rem 0; }
input, textarea { display: block; width: 100%; font-size: 1rem; padding: .35rem .5rem; color: inherit; background: var(--back); border: 1px solid var(--muted); border-radius: .3rem; }
textarea { min-height: 9rem; }
button { font: inherit; padding: .35rem .9rem; color: var(--back); background: var(--link); border: 0; border-radius: .3rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
output { display: block; white-space: pre-wrap; overflow-wrap: anywhere; margin-top: .5rem; }
output.bad { color: var(--bad); }
[hidden] { display: none; }
`;
