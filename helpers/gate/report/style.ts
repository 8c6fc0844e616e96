import { html, type Markup } from '../../report/html/markup.ts';

/** What the gate's page has beyond the style of every report. */
export const gateStyle: Markup = html`<style>
h1 { text-transform: none; }
h1::first-letter { text-transform: uppercase; }
.answer { margin: 0 0 1rem; table-layout: fixed; line-height: 1.4; }
.answer td, .answer thead th { text-align: left; white-space: normal; width: 50%; overflow-wrap: anywhere; padding-right: 1.2rem; }
.answer td + td { font-weight: 600; }
.answer .none { font-weight: 400; color: var(--soft); }
.more { margin: -.4rem 0 1.2rem; color: var(--soft); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; margin: .4rem 0 0; }
.pair h4 { margin: 0 0 .2rem; font-size: .8rem; font-weight: 400; color: var(--soft); }
.pair > div { min-width: 0; }
.difference { padding: .75rem 0; border-top: 1px solid var(--line); }
.difference:first-child { border-top: 0; }
.difference p { margin: .15rem 0; overflow-wrap: anywhere; }
.difference .id { color: var(--soft); font-size: .85rem; }
.figures td, .figures thead th { text-align: right; font-variant-numeric: tabular-nums; width: auto; }
.figures th[scope=row], .figures thead th:first-child { text-align: left; }
code, summary { overflow-wrap: anywhere; }
@media (max-width: 48rem) {
  .pair { grid-template-columns: 1fr; }
  .answer, .answer tbody, .answer tr, .answer td { display: block; width: 100%; }
  .answer thead { display: none; }
  .answer td:first-child { padding-bottom: 0; }
  .answer td + td { border-top: 0; padding-top: .1rem; }
  .answer td + td::before { content: '→ '; }
  .answer .none { display: none; }
  .figures { display: block; overflow-x: auto; }
}
</style>`;
