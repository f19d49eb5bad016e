/** The whole look of the console. Colours are pairs of text and ground with a contrast of 4.5 at least, in light and in dark. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f8; --surface: #ffffff; --text: #1b1f24; --muted: #555d67; --line: #d6dae0; --strong-line: #8a929c;
  --accent: #0a558c; --on-accent: #ffffff; --good: #14672f; --bad: #a3201d; --warn: #7a4a00;
  --bad-ground: #fdecea; --good-ground: #e8f5ec; --mark: #e9f1f8;
  --mail: #0b69a3; --files: #b4560e; --free: #e3e6ea; --total: #1b1f24; --limit: #a3201d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --surface: #1c2026; --text: #e7eaee; --muted: #a4adb8; --line: #333a43; --strong-line: #6d7783;
    --accent: #7ab8ec; --on-accent: #10151b; --good: #7fd19a; --bad: #ff9d96; --warn: #f0be73;
    --bad-ground: #3a1f1e; --good-ground: #17301f; --mark: #23303c;
    --mail: #5aa9e0; --files: #e8944c; --free: #323942; --total: #e7eaee; --limit: #ff9d96;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--text); background: var(--ground); }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: .5rem; top: -4rem; padding: .5rem 1rem; background: var(--surface); z-index: 1; }
.skip:focus { top: .5rem; }

.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.top-inner { max-width: 76rem; margin: 0 auto; padding: .4rem 1rem; display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; }
.brand { font-weight: 700; letter-spacing: .01em; color: var(--text); text-decoration: none; }
.top nav { flex: 1 1 20rem; }
.top nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0; padding: 0; }
.top nav a { display: block; padding: .35rem .6rem; color: var(--text); text-decoration: none; border-bottom: 3px solid transparent; }
.top nav a:hover { border-color: var(--line); }
.top nav a[aria-current] { font-weight: 600; border-color: var(--accent); }
.who { display: flex; align-items: center; gap: .75rem; margin: 0; min-width: 0; color: var(--muted); overflow-wrap: anywhere; }
main { max-width: 76rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem 2rem; color: var(--muted); font-size: .87rem; }

h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.07rem; margin: 0 0 .6rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; }
p { margin: .3rem 0 .8rem; }
.hint, .lead { color: var(--muted); }
.lead { margin-bottom: 1.1rem; overflow-wrap: anywhere; }
.hint { font-size: .87rem; }
.crumbs { margin: 0 0 .4rem; font-size: .87rem; overflow-wrap: anywhere; }
code { font: .92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }

.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); align-items: stretch; }
.panel > :last-child { margin-bottom: 0; }
.panel { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 1rem; margin: 0 0 1rem; min-width: 0; }
.grid > .panel { margin: 0; }
.grid { margin-bottom: 1rem; }
.column > .panel:last-child { margin-bottom: 0; }
.numbers { display: grid; gap: 1px; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); margin: 0 0 1rem;
  background: var(--line); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.numbers > div { background: var(--surface); padding: .65rem 1rem; }
.numbers dt { color: var(--muted); font-size: .87rem; }
.numbers dd { margin: 0; font-size: 1.45rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .2rem 1rem; margin: 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

.scroll { position: relative; overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: .87rem; padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; font-size: .87rem; white-space: nowrap; border-bottom-color: var(--strong-line); }
tbody th { font-weight: 400; }
tbody tr:hover { background: var(--mark); }
tr > :last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
.name { min-width: 9rem; max-width: 26rem; overflow-wrap: anywhere; }
.nowrap { white-space: nowrap; }

form { margin: 0; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
.field { display: flex; flex-direction: column; gap: .15rem; min-width: 0; flex: 1 1 9rem; max-width: 13.5rem; }
.wide { flex: 1 1 16rem; max-width: 32rem; }
label { font-weight: 600; font-size: .87rem; }
input, select { font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--strong-line); border-radius: 4px;
  padding: .35rem .5rem; width: 100%; min-width: 0; }
button { font: inherit; font-weight: 600; border: 1px solid var(--accent); border-radius: 4px; padding: .35rem .9rem; cursor: pointer;
  color: var(--on-accent); background: var(--accent); white-space: nowrap; }
button:hover { filter: brightness(1.1); }
button.quiet { color: var(--accent); background: transparent; }
form[role=search] { margin-bottom: 1rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.apart { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: 1rem; }

.message { border: 1px solid; border-left-width: 6px; border-radius: 4px; padding: .6rem .9rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
.message p { margin: 0; color: var(--text); }
.message strong { display: block; }
.message.bad { border-color: var(--bad); background: var(--bad-ground); color: var(--bad); }
.message.good { border-color: var(--good); background: var(--good-ground); color: var(--good); }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: 3px; padding: 0 .4rem; font-size: .82rem; font-weight: 600; white-space: nowrap; }
.tag.good { color: var(--good); } .tag.bad { color: var(--bad); } .tag.warn { color: var(--warn); } .tag.plain { color: var(--muted); }

.bar { display: block; width: 100%; height: 1.4rem; border-radius: 3px; }
.mini { min-width: 5rem; height: .7rem; margin-top: .35rem; }
.bar .free { fill: var(--free); } .bar .mail { fill: var(--mail); } .bar .files { fill: var(--files); } .bar .total { fill: var(--total); }
.bar .over { fill: var(--limit); }
.bar .gap { fill: var(--surface); }
.legend { list-style: none; margin: .5rem 0 1rem; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-variant-numeric: tabular-nums; }
.key { width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -.08rem; border-radius: 2px; }
.key .mail { fill: var(--mail); } .key .files { fill: var(--files); } .key .free { fill: var(--free); stroke: var(--strong-line); }
.key line { stroke-width: 3; }
.plot { display: block; width: 100%; min-width: 46rem; height: auto; }
.plot text { fill: var(--muted); font-size: 13px; font-family: inherit; }
.plot .grid-line { stroke: var(--line); stroke-width: 1; }
.plot polyline, .plot .limit-line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.plot polyline.mail, .key line.mail { stroke: var(--mail); }
.plot polyline.files, .key line.files { stroke: var(--files); stroke-dasharray: 7 3; }
.plot polyline.total, .key line.total { stroke: var(--total); stroke-width: 2.5; }
.plot .limit-line, .key line.limit { stroke: var(--limit); stroke-dasharray: 2 4; stroke-width: 2; }
details { margin-top: .6rem; }
summary { cursor: pointer; color: var(--accent); }
td details { margin: 0; }
.values { list-style: none; margin: 0; padding: 0; }
.choices { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .6rem; padding: 0; list-style: none; }
.choices a[aria-current] { font-weight: 700; color: var(--text); text-decoration: none; }
.login { max-width: 25rem; margin: 8vh auto 0; }
.login .field { margin-bottom: .8rem; flex: none; }
.login button { width: 100%; }
@media (max-width: 40rem) {
  main { padding-top: .9rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .45rem; }
  .field, .wide { flex-basis: 100%; max-width: none; }
  .top nav a { padding: .3rem .45rem; }
  .numbers { grid-template-columns: 1fr 1fr; }
}
@media print { .top, form, .skip { display: none; } }
`;
