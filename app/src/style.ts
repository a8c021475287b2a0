// The page's style, the only one that its content security policy allows. On a phone each row of a table becomes a block, which takes its meaning
// from it in some browsers: that is why the page spells out the roles of tables.
import { createHash } from "node:crypto";

export const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f24, #e6e9ed); --quiet: light-dark(#4d5661, #aab4bf); --back: light-dark(#ffffff, #14171b);
  --line: light-dark(#d3d9df, #3a424b); --link: light-dark(#0b5cad, #79b8ff);
  --good: light-dark(#116329, #6fdd8b); --bad: light-dark(#a40e26, #ff9ba4); --bad-back: light-dark(#ffebe9, #3d1a1e);
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 64rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
.status { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-left: .4rem solid var(--quiet); font-weight: 600; }
.status.good { border-left-color: var(--good); }
.status.bad { border-left-color: var(--bad); background: var(--bad-back); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 600; overflow-wrap: normal; }
tr.bad > * { background: var(--bad-back); }
.good-mark { color: var(--good); font-weight: 600; white-space: nowrap; }
.bad-mark { color: var(--bad); font-weight: 600; white-space: nowrap; }
.quiet { color: var(--quiet); }
td p { margin: 0; }
caption { padding: 1rem .6rem .25rem; text-align: left; }
.facts th { width: 18rem; }
footer { margin-top: 2rem; color: var(--quiet); }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  th, td { display: block; border: 0; padding: .1rem .6rem; }
  tbody th, .facts th { width: auto; overflow-wrap: anywhere; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
}
`;

export const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;
