import { html, type Markup } from './markup.ts';

/** The page's only style sheet. Text on its ground has a contrast of at least 4.5 to 1, in light and in dark. */
export const style: Markup = html`<style>
:root {
  color-scheme: light dark;
  --ground: #fbfbf9; --card: #ffffff; --line: #e2e1dc; --text: #1f2328; --soft: #5c6370; --link: #0b57a4;
  --passed: #1a7040; --failed: #b3261e; --warn: #8a5300; --quiet: #5c6370; --code: #f3f2ee; --bar: #b9c6d8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --card: #1b1f25; --line: #323840; --text: #e4e6ea; --soft: #a3abb8; --link: #8ab8f0;
    --passed: #6fcf97; --failed: #ff8a80; --warn: #f0b35c; --quiet: #a3abb8; --code: #101317; --bar: #3d5170;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
.banner { position: sticky; top: 0; z-index: 1; background: #ffd54f; color: #241a00; text-align: center; padding: .45rem 1rem; font-weight: 600; }
.kicker { margin: 0; color: var(--soft); font-size: .95rem; }
h1 { margin: .1rem 0 .35rem; font-size: clamp(1.9rem, 5vw, 2.75rem); line-height: 1.15; letter-spacing: -.02em; text-transform: capitalize; }
h1 span { text-transform: none; }
h2 { margin: 2.75rem 0 .9rem; font-size: 1.3rem; letter-spacing: -.01em; }
h2 small, summary small { font-weight: 400; font-size: .95rem; color: var(--soft); }
h3 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
.lead { margin: 0 0 1.4rem; font-size: 1.1rem; max-width: 54rem; overflow-wrap: anywhere; }
.passed { color: var(--passed); } .failed { color: var(--failed); } .warn { color: var(--warn); } .quiet { color: var(--quiet); }
.tally { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; margin: 0 0 1.4rem; list-style: none; }
.tally li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .5rem .95rem; min-width: 6.5rem; color: var(--soft); font-size: .9rem; }
.tally b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
.facts dt, .failure dt { color: var(--soft); }
.facts dd, .failure dd { margin: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; list-style: none; padding: .75rem 0 0; margin: 1.5rem 0 0; border-top: 1px solid var(--line); }
.failure { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--failed); border-radius: 10px; padding: 1rem 1.2rem; margin: 0 0 1rem; }
.failure.should { border-left-color: var(--warn); }
.failure .top { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1rem; }
.failure p { margin: .25rem 0 .75rem; }
.failure details { border-radius: 6px; margin: .3rem 0 0; } .failure summary { padding: .25rem .75rem; font-weight: 400; }
.failure dl { display: grid; grid-template-columns: 4.5rem 1fr; gap: .5rem .75rem; margin: 0; }
pre, code { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: .55rem .75rem; background: var(--code); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; overflow-y: auto; }
.notes { padding: 0; margin: 0; list-style: none; }
.notes li { padding: .65rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.notes p { margin: .1rem 0 0; color: var(--soft); }
details { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 .7rem; }
summary { cursor: pointer; padding: .7rem 1.1rem; font-weight: 600; }
details > .inside { padding: 0 1.1rem .6rem; }
table { width: 100%; border-collapse: collapse; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .55rem .8rem .55rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: .85rem; border-top: 0; padding-top: 0; }
th[scope=row] { overflow-wrap: anywhere; }
th[scope=row] p { margin: .1rem 0 0; color: var(--soft); }
th[scope=row] .source { font-size: .85rem; }
td:first-child { width: 9.5rem; } td:last-child, thead th:last-child { text-align: right; white-space: nowrap; padding-right: 0; width: 6rem; font-variant-numeric: tabular-nums; }
.bars { list-style: none; padding: 0; margin: 0; display: grid; gap: .5rem; }
.bars li { display: grid; grid-template-columns: 12rem 1fr 6rem; gap: .9rem; align-items: center; }
.bars .bar { height: .8rem; min-width: 2px; background: var(--bar); border-radius: 3px; }
.timeline { list-style: none; padding: 0; margin: 0; display: grid; gap: .3rem; }
.timeline li { display: grid; grid-template-columns: 12rem 1fr; gap: .9rem; align-items: center; }
.timeline .line { position: relative; height: 1rem; background: var(--code); border-radius: 3px; overflow: hidden; }
.timeline .line span { position: absolute; top: 0; bottom: 0; min-width: 2px; background: currentcolor; border-right: 1px solid var(--card); }
.timeline .line .phase { color: var(--bar); }
.bars .time { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 40rem) {
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; }
  .failure dl { grid-template-columns: 1fr; gap: .15rem; } .failure dd { margin-bottom: .5rem; }
  .tally li { flex: 1 1 40%; }
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  tr { display: grid; grid-template-columns: 1fr max-content; border-top: 1px solid var(--line); padding: .5rem 0; }
  td, th { border-top: 0; padding: 0; } td:first-child, td:last-child { width: auto; grid-row: 1; } td:last-child { grid-column: 2; } th[scope=row] { grid-column: 1 / -1; }
  .timeline li { grid-template-columns: 1fr; gap: .1rem; }
  .bars li { grid-template-columns: 1fr max-content; gap: .1rem .9rem; } .bars .track { grid-column: 1 / -1; grid-row: 2; }
}
@media print { details > .inside { display: block; } .banner { position: static; } pre { max-height: none; } }
</style>`;
