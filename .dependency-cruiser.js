// The layers of the code, the lowest first: a file imports from its own layer's folder and from the layers before it.
const layers = [
  ['^helpers/[^/]+[.]ts$'],
  ['^helpers/kube/', '^helpers/exposition/'],
  ['^helpers/redaction/'],
  ['^helpers/catalogue/'],
  ['^helpers/accounting/'],
  ['^helpers/exporter/'],
  ['^manifests/', '^fixtures/'],
  ['^helpers/prometheus/'],
  ['^simulator/'],
  ['^helpers/cluster/'],
  ['^helpers/suite/'],
  ['^helpers/report/'],
  ['^specs/'],
  ['^helpers/audit/'],
  ['^helpers/run/'],
  ['^helpers/account/'],
  ['^helpers/capture/'],
  ['^helpers/gate/(?!preview/)', '^helpers/mutation/'],
  ['^helpers/gate/preview/'],
  ['^commands/'],
];

const tests = '[.]test[.]ts$|/testing/|[.]testing[.]ts$';

/** A layer knows nothing of the layers after it, nor of a folder beside it in its own layer. */
const order = layers.flatMap((folders, index) =>
  folders.map((folder, place) => ({
    name: `order: ${folder}`,
    comment: 'Imports go one way, from a later layer to an earlier one; move what both need into the earlier one.',
    severity: 'error',
    from: { path: folder, pathNot: tests },
    to: { path: [...folders.filter((_, other) => other !== place), ...layers.slice(index + 1).flat()].join('|') || '^$' },
  })),
);

export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'area-by-itself',
      comment: 'An area imports nothing from another area; what several need is in helpers/suite.',
      severity: 'error',
      from: { path: '^specs/([^/]+)/', pathNot: tests },
      to: { path: '^specs/', pathNot: '^specs/$1/' },
    },
    ...order,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What .compiled has is compiled from what is read here.
    exclude: { path: 'node_modules|^[.]compiled/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
