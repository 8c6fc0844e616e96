import { finder } from './finder.ts';

const finds = finder('text');

describe('metadata in the text format', () => {
  finds('a HELP line names a metric', ['# HELP'], ['metadata-syntax 1:7']);
  finds('a TYPE line names a type', ['# TYPE a'], ['metadata-syntax 1:9']);
  finds('HELP may be empty', ['# HELP a', '# HELP b '], []);
  finds('HELP names a valid metric name', ['# HELP a-b x'], ['invalid-metric-name 1:8']);
  finds('HELP knows two escapes', ['# HELP a x\\ty'], ['bad-escape 1:11']);
  finds('a type is known', ['# TYPE a gorge', 'a 1'], ['unknown-type 1:10'], 1);
  finds('a type is one word', ['# TYPE a gauge counter'], ['unknown-type 1:10']);
  finds(
    "the types of OpenMetrics are not the text format's, and the family has them all the same",
    ['# TYPE a info', 'a 1', '# TYPE b stateset', 'b 1'],
    ['openmetrics-type-in-text 1:10', 'openmetrics-type-in-text 3:10'],
    2,
  );
  finds('HELP stands once', ['# HELP a x', '# HELP a x', 'a 1'], ['help-twice 2:8']);
  finds('TYPE stands once', ['# TYPE a gauge', '# TYPE a gauge', 'a 1'], ['type-twice 2:8']);
  finds('TYPE stands once, also later', ['# TYPE a gauge', 'a 1', 'b 1', '# TYPE a gauge'], ['type-twice 4:8']);
  finds('TYPE comes before the samples', ['a 1', '# TYPE a gauge'], ['type-after-samples 2:8']);
  finds(
    'TYPE of a histogram comes before its buckets',
    ['a_bucket{le="+Inf"} 1', '# TYPE a histogram'],
    ['type-after-samples 2:8'],
  );
  finds('HELP comes before the samples', ['a 1', '# HELP a x'], ['metadata-after-samples 2:8']);
});

describe('families in the text format', () => {
  finds('a family stands in one place', ['a{x="1"} 1', 'b 1', 'a{x="2"} 1', 'a{x="3"} 1'], ['split-family 3:1'], 4);
  finds(
    'a histogram stands in one place',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_count 1', 'b 1', 'a_sum 1'],
    ['split-family 5:1'],
  );
  finds('the metadata of a family stands with it', ['# HELP a x', '# HELP b x', '# TYPE a gauge'], ['split-family 3:8']);
  finds(
    "a family does not have the name of another's samples",
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_count 1', 'a_sum 1', '# TYPE a_sum gauge'],
    ['clashing-family-name 5:8'],
  );
  finds(
    'a histogram does not take the name of a family before it',
    ['# TYPE a_sum gauge', 'a_sum 1', '# TYPE a histogram'],
    ['clashing-family-name 3:8'],
  );
  finds('a histogram has no sample of its own name', ['# TYPE a histogram', 'a 1'], ['sample-name-not-of-type 2:1']);
  finds('a bucket has its bound', ['# TYPE a histogram', 'a_bucket{x="1"} 1'], ['missing-label-of-type 2:9']);
  finds("a bucket's bound is a number", ['# TYPE a histogram', 'a_bucket{le="one"} 1'], ['value-not-of-type 2:9']);
  finds("a summary's sample has its quantile", ['# TYPE a summary', 'a 1'], ['missing-label-of-type 2:2']);
});
