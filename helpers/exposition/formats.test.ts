import { formatOf } from './model.ts';
import { readExposition } from './read.ts';
import { violationTest } from './testing/violations.ts';

describe('format', () => {
  test.each([
    ['text/plain; version=0.0.4', 'text'],
    ['text/plain; version=0.0.4; charset=utf-8; escaping=values', 'text'],
    ['text/plain', 'text'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text; version="0.0.1"', 'openmetrics'],
    ['Application/OpenMetrics-Text;Version=1.0.0', 'openmetrics'],
    ['text/plain; version=1.0.0', undefined],
    ['text/html; charset=utf-8', undefined],
    ['application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited', undefined],
    [undefined, undefined],
  ])('the format of the Content-Type %s is %s', (contentType, format) => {
    expect(formatOf(contentType)).toBe(format);
  });
});

describe('read-openmetrics', () => {
  const verify = violationTest('openmetrics');

  describe('OpenMetrics', () => {
    verify('# EOF ends the exposition', ['a 1'], ['eof-missing 2:1'], 1);
    verify('# EOF needs no line feed', ['a 1', '# EOF', ''], [], 1);
    verify('nothing follows # EOF', ['a 1', '# EOF', 'b 1', 'c 1'], ['eof-not-last 3:1'], 1);
    verify('no blank line follows # EOF', ['a 1', '# EOF', ' ', ''], ['eof-not-last 3:1']);
    verify(
      'a truncated exposition has no # EOF',
      ['a 1', 'b', ''],
      ['missing-value 2:2', 'no-final-newline 2:2', 'eof-missing 3:1'],
    );
    verify('there are no comments', ['# note', '#EOF', '# EOF'], ['comment 1:1', 'metadata-syntax 2:1']);
    verify('there are no blank lines', ['a 1', '', 'b 1', '# EOF'], ['blank-line 2:1']);
    verify(
      'blanks are single spaces',
      [' a 1', 'b  1', 'c\t1', 'd 1 ', 'e{ x="1"} 1', 'f{x="1", y="2"} 1', '# EOF'],
      ['whitespace 1:1', 'whitespace 2:3', 'whitespace 3:2', 'whitespace 4:4', 'whitespace 5:3', 'whitespace 6:9'],
    );
    verify('no comma follows the last label', ['a{x="1",} 1', '# EOF'], ['label-syntax 1:9']);
    verify(
      'an unknown escape is literal, so both notations are one series',
      ['a{x="\\d"} 1', 'a{x="\\\\d"} 1', '# EOF'],
      ['duplicate-series 2:1'],
    );
    verify("the text format's untyped is not a type", ['# TYPE a untyped', '# EOF'], ['unknown-type 1:10']);
    verify('UNIT is the suffix of the name', ['# UNIT a_seconds bytes', '# EOF'], ['unit-not-suffix 1:18']);
    verify('UNIT occurs once', ['# UNIT a_b b', '# UNIT a_b b', '# EOF'], ['unit-twice 2:8']);
    verify(
      'the TYPE line of a counter has no _total; otherwise the samples are read nevertheless',
      ['# TYPE restarts_total counter', 'restarts_total 1', '# EOF'],
      ['counter-type-name-with-total 1:8'],
      1,
    );
    verify(
      'the TYPE line of an info has no _info; otherwise the samples are read nevertheless',
      ['# TYPE build_info info', 'build_info 1', '# EOF'],
      ['info-type-name-with-info 1:8'],
      1,
    );
    verify("a counter's samples end with _total", ['# TYPE a counter', 'a 1', '# EOF'], ['sample-name-not-of-type 2:1']);
    verify('a counter is not negative', ['# TYPE a counter', 'a_total -1', '# EOF'], ['value-not-of-type 2:8']);
    verify('an info is 1', ['# TYPE a info', 'a_info 2', '# EOF'], ['value-not-of-type 2:7']);
    verify('a stateset has a label for its state', ['# TYPE a stateset', 'a{b="c"} 1', '# EOF'], ['missing-label-of-type 2:2']);
    verify('a gauge has no exemplar', ['# TYPE a gauge', 'a 1 # {x="1"} 1', '# EOF'], ['exemplar-not-allowed 2:5']);
    verify(
      "a counter's _created has no exemplar",
      ['# TYPE a counter', 'a_created 1 # {x="1"} 1', '# EOF'],
      ['exemplar-not-allowed 2:13'],
    );
    verify(
      'an exemplar has labels and a value',
      ['# TYPE a counter', 'a_total 1 # 1', 'a_total 1 # {x="1"}', 'a_total 1 # {x="1"} y', 'a_total 1 # {x="1"} 1 1 1', '# EOF'],
      ['bad-exemplar 2:11', 'bad-exemplar 3:20', 'bad-exemplar 4:21', 'after-the-sample 5:24'],
    );
    verify(
      "an exemplar's labels are short",
      ['# TYPE a counter', `a_total 1 # {x="${'y'.repeat(128)}"} 1`, '# EOF'],
      ['bad-exemplar 2:11'],
    );
    verify('a series may have several points', ['a 1 1.5', 'a 2 2.5', '# EOF'], [], 2);
    verify('a series with points has no sample without a timestamp', ['a 1 1.5', 'a 2', '# EOF'], ['duplicate-series 2:1']);
  });
});

describe('read-text', () => {
  const verify = violationTest('text');
  const manyLabels = Array.from({ length: 40 }, (_, index) => `l${index % 39}="x"`).join(',');

  describe('the lines of the text format', () => {
    verify('an empty exposition is valid', [], [], 0);
    verify('the last line ends with a line feed', ['a 1', 'b 12', ''], ['no-final-newline 2:5'], 1);
    verify(
      'a last line can be truncated within a label value',
      ['a 1', 'b{x="y', ''],
      ['truncated-line 2:7', 'no-final-newline 2:7'],
      1,
    );
    verify('a line that ends within a label value is truncated', ['b{x="y', 'c 1'], ['truncated-line 1:7'], 1);
    verify('a line that ends after a label is truncated', ['b{x="y"'], ['truncated-line 1:8']);
    verify('a line that ends after a comma is truncated', ['b{x="y",'], ['truncated-line 1:9']);
    verify('a carriage return is not part of a value', ['a 1\r'], ['bad-value 1:3'], 0);
    test('a line that ends with CRLF has a message of its own', async () => {
      const { violations } = await readExposition('a 1\r\n', { format: 'text' });
      expect(violations).toMatchObject([{ rule: 'bad-value', message: expect.stringContaining('CRLF') }]);
    });
    verify('an HTML page is reported, and the rest is not read', ['<!DOCTYPE html>', '<p>no', 'a 1'], ['html-page 1:1']);
    verify('an HTML page after samples is reported', ['a 1', '<html>', 'b 1'], ['html-page 2:1'], 1);
    verify('an HTML page without a line feed is reported', ['<html><body>Not found</body></html>', ''], ['html-page 1:1']);
  });

  describe('names in the text format', () => {
    verify('a metric name does not start with a digit', ['1a 1'], ['invalid-metric-name 1:1']);
    verify('a metric name has no dash', ['a-b 1'], ['invalid-metric-name 1:2']);
    verify('a metric name is not quoted', ['{"a.b"} 1'], ['invalid-metric-name 1:1']);
    verify('a metric name may have colons', [':a:b 1'], [], 1);
    verify('a label name has no colon', ['a{b:c="1"} 1'], ['label-syntax 1:4']);
    verify('a label name does not start with a digit', ['a{0="1"} 1'], ['invalid-label-name 1:3']);
    verify(
      'a name with a prefix in common with the line before is another name',
      ['ab{x="1"} 1', 'a{x="1"} 1', 'abc{x="1"} 1'],
      [],
      3,
    );
  });

  describe('labels in the text format', () => {
    verify('a label name occurs once in a sample', ['a{x="1",y="2",x="3"} 1'], ['duplicate-label-name 1:15']);
    verify(
      'a label name occurs once, also in a line like the one before',
      ['a{x="1",x="2"} 1', 'a{x="1",x="2"} 1'],
      ['duplicate-label-name 1:9', 'duplicate-label-name 2:9'],
    );
    verify(
      'a label name occurs once, also at the place where it was in other lines',
      ['a{x="1",y="2"} 1', 'a{y="1"} 1', 'a{y="1",y="2"} 1'],
      ['duplicate-label-name 3:9'],
    );
    verify('a label name occurs once among many', [`a{${manyLabels}} 1`], [`duplicate-label-name 1:${manyLabels.length - 3}`]);
    verify('a label has an equals sign', ['a{x"1"} 1'], ['label-syntax 1:4']);
    verify('a label value is quoted', ['a{x=1} 1'], ['label-syntax 1:5']);
    verify('labels are separated by commas', ['a{x="1" y="2"} 1'], ['label-syntax 1:9']);
    verify('a comma needs a label before it', ['a{,x="1"} 1'], ['invalid-label-name 1:3']);
    verify('an escape is one of three', ['a{x="1\\t"} 1'], ['bad-escape 1:7']);
    verify('a column counts bytes', ['a{x="ä",y="\\t"} 1'], ['bad-escape 1:13']);
  });

  describe('values in the text format', () => {
    verify(
      'a sample has a value',
      ['a', 'b ', 'c{}', 'd{x="1"} '],
      ['missing-value 1:2', 'missing-value 2:3', 'missing-value 3:4', 'missing-value 4:10'],
    );
    verify(
      'a value is a number',
      ['a one', 'b 1_000', 'c 0x1p-2', 'd 1e', 'e .', 'f -', 'g 1,5'],
      ['bad-value 1:3', 'bad-value 2:3', 'bad-value 3:3', 'bad-value 4:3', 'bad-value 5:3', 'bad-value 6:3', 'bad-value 7:3'],
    );
    verify('a value fits a double', ['a 1e999'], ['bad-value 1:3']);
    verify(
      'a timestamp is in whole milliseconds',
      ['a 1 1.5', 'b 1 now', 'c 1 99999999999999999999'],
      ['bad-timestamp 1:5', 'bad-timestamp 2:5', 'bad-timestamp 3:5'],
    );
    verify('nothing follows a timestamp', ['a 1 2 3'], ['after-the-sample 1:7']);
    verify(
      'the text format has no exemplars',
      ['a 1 # {x="1"} 1', 'b 1 2 # {x="1"} 1'],
      ['exemplar-not-allowed 1:5', 'exemplar-not-allowed 2:7'],
    );
  });

  describe('series in the text format', () => {
    verify('a series occurs once', ['a 1', 'a 2'], ['duplicate-series 2:1'], 2);
    verify('a series occurs once, with any timestamps', ['a 1 1', 'a 2 2'], ['duplicate-series 2:1']);
    verify(
      'the order of labels does not matter',
      ['a{x="1",y="2"} 1', 'a{z="0"} 1', 'a{y="2",x="1"} 1'],
      ['duplicate-series 3:1'],
    );
    verify(
      'swapped values are another series',
      ['a{x="1",y="2"} 1', 'a{x="2",y="1"} 1', 'a{x="12",y=""} 1', 'a{x="",y="12"} 1'],
      [],
    );
    verify('an empty label and a missing one are different series', ['a{x=""} 1', 'a 1'], []);
    verify(
      "a histogram's samples are different series by their names",
      ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1', 'a_sum 1'],
      ['duplicate-series 5:1'],
    );
  });

  describe('metadata in the text format', () => {
    verify('a HELP line names a metric', ['# HELP'], ['metadata-syntax 1:7']);
    verify('a TYPE line names a type', ['# TYPE a'], ['metadata-syntax 1:9']);
    verify('HELP may be empty', ['# HELP a', '# HELP b '], []);
    verify('HELP names a valid metric name', ['# HELP a-b x'], ['invalid-metric-name 1:8']);
    verify('HELP has two escapes', ['# HELP a x\\ty'], ['bad-escape 1:11']);
    verify('a type is known', ['# TYPE a gorge', 'a 1'], ['unknown-type 1:10'], 1);
    verify('a type is one word', ['# TYPE a gauge counter'], ['unknown-type 1:10']);
    verify(
      'the types of OpenMetrics are violations in the text format, and still the types of the families',
      ['# TYPE a info', 'a 1', '# TYPE b stateset', 'b 1'],
      ['openmetrics-type-in-text 1:10', 'openmetrics-type-in-text 3:10'],
      2,
    );
    verify('HELP occurs once', ['# HELP a x', '# HELP a x', 'a 1'], ['help-twice 2:8']);
    verify('TYPE occurs once', ['# TYPE a gauge', '# TYPE a gauge', 'a 1'], ['type-twice 2:8']);
    verify('TYPE occurs once, also after another family', ['# TYPE a gauge', 'a 1', 'b 1', '# TYPE a gauge'], ['type-twice 4:8']);
    verify('TYPE comes before the samples', ['a 1', '# TYPE a gauge'], ['type-after-samples 2:8']);
    verify(
      'TYPE of a histogram comes before its buckets',
      ['a_bucket{le="+Inf"} 1', '# TYPE a histogram'],
      ['type-after-samples 2:8'],
    );
    verify('HELP comes before the samples', ['a 1', '# HELP a x'], ['metadata-after-samples 2:8']);
  });

  describe('families in the text format', () => {
    verify('the samples of a family are consecutive', ['a{x="1"} 1', 'b 1', 'a{x="2"} 1', 'a{x="3"} 1'], ['split-family 3:1'], 4);
    verify(
      'the samples of a histogram are consecutive',
      ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_count 1', 'b 1', 'a_sum 1'],
      ['split-family 5:1'],
    );
    verify('the metadata of a family is consecutive', ['# HELP a x', '# HELP b x', '# TYPE a gauge'], ['split-family 3:8']);
    verify(
      "a family does not have the name of another's samples",
      ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_count 1', 'a_sum 1', '# TYPE a_sum gauge'],
      ['clashing-family-name 5:8'],
    );
    verify(
      'a histogram does not take the name of a family before it',
      ['# TYPE a_sum gauge', 'a_sum 1', '# TYPE a histogram'],
      ['clashing-family-name 3:8'],
    );
    verify('a histogram has no sample of its own name', ['# TYPE a histogram', 'a 1'], ['sample-name-not-of-type 2:1']);
    verify('a bucket has its bound', ['# TYPE a histogram', 'a_bucket{x="1"} 1'], ['missing-label-of-type 2:9']);
    verify("a bucket's bound is a number", ['# TYPE a histogram', 'a_bucket{le="one"} 1'], ['value-not-of-type 2:9']);
    verify("a summary's sample has its quantile", ['# TYPE a summary', 'a 1'], ['missing-label-of-type 2:2']);
  });
});
