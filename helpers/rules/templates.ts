/** The labels that a template of Prometheus' names: `{{ $labels.pod }}`, `{{ .Labels.pod }}`, `{{ index $labels "pod" }}`. */
export function labelsOfTemplate(template: string): readonly string[] {
  const actions = [...template.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, action = '']) => action);
  const names = actions.flatMap((action) => [
    ...[...action.matchAll(/(?:\$labels|\.Labels)\.([a-zA-Z_]\w*)/g)].map(([, name = '']) => name),
    ...[...action.matchAll(/index\s+(?:\$labels|\.Labels)\s+["`]([^"`]+)["`]/g)].map(([, name = '']) => name),
  ]);
  return [...new Set(names)];
}
