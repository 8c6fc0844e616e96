import { html, type Markup } from '../../report/html/markup.ts';

/** What the gate's page has beyond the style of every report. */
export const gateStyle: Markup = html`<style>
h1 { text-transform: none; }
h1::first-letter { text-transform: uppercase; }
.answer { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 0 0 1.4rem; }
.answer > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1.1rem; min-width: 0; }
.answer h2 { margin: 0 0 .4rem; font-size: 1rem; }
.answer ul { margin: 0; padding-left: 1.1rem; }
.answer li { margin: .25rem 0; overflow-wrap: anywhere; }
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
@media (max-width: 48rem) { .answer, .pair { grid-template-columns: 1fr; } .figures { display: block; overflow-x: auto; } }
</style>`;
