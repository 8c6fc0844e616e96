import type { Report } from './model.ts';

/** `report.json`; its schema is docs/report.schema.json. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
