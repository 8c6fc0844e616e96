import { finder } from './finder.ts';

const finds = finder('text');
const manyLabels = Array.from({ length: 40 }, (_, index) => `l${index % 39}="x"`).join(',');

describe('the lines of the text format', () => {
  finds('an empty exposition has nothing wrong', [], [], 0);
  finds('a last line without a line feed is refused', ['a 1', 'b 12', ''], ['no-final-newline 2:5'], 1);
  finds('a line cut off within a label value says so', ['a 1', 'b{x="y', ''], ['truncated-line 2:7', 'no-final-newline 2:7'], 1);
  finds('a line that ends within a label value is truncated', ['b{x="y', 'c 1'], ['truncated-line 1:7'], 1);
  finds('a line that ends after a label is truncated', ['b{x="y"'], ['truncated-line 1:8']);
  finds('a line that ends after a comma is truncated', ['b{x="y",'], ['truncated-line 1:9']);
  finds('a carriage return is no part of a value', ['a 1\r'], ['bad-value 1:3'], 0);
  finds('an HTML page is called one, and not read further', ['<!DOCTYPE html>', '<p>no', 'a 1'], ['html-page 1:1']);
  finds('an HTML page after samples is found too', ['a 1', '<html>', 'b 1'], ['html-page 2:1'], 1);
  finds('an HTML page without a line feed is called one', ['<html><body>Not found</body></html>', ''], ['html-page 1:1']);
});

describe('names in the text format', () => {
  finds('a metric name does not begin with a digit', ['1a 1'], ['invalid-metric-name 1:1']);
  finds('a metric name has no dash', ['a-b 1'], ['invalid-metric-name 1:2']);
  finds('a metric name is not quoted', ['{"a.b"} 1'], ['invalid-metric-name 1:1']);
  finds('a metric name may have colons', [':a:b 1'], [], 1);
  finds('a label name has no colon', ['a{b:c="1"} 1'], ['label-syntax 1:4']);
  finds('a label name does not begin with a digit', ['a{0="1"} 1'], ['invalid-label-name 1:3']);
  finds('a name is compared whole with that of the line before', ['ab{x="1"} 1', 'a{x="1"} 1', 'abc{x="1"} 1'], [], 3);
});

describe('labels in the text format', () => {
  finds('a label name stands once in a sample', ['a{x="1",y="2",x="3"} 1'], ['duplicate-label-name 1:15']);
  finds(
    'a label name stands once, also in a line like the one before',
    ['a{x="1",x="2"} 1', 'a{x="1",x="2"} 1'],
    ['duplicate-label-name 1:9', 'duplicate-label-name 2:9'],
  );
  finds(
    'a label name stands once, also where other lines had it at its place',
    ['a{x="1",y="2"} 1', 'a{y="1"} 1', 'a{y="1",y="2"} 1'],
    ['duplicate-label-name 3:9'],
  );
  finds('a label name stands once among many', [`a{${manyLabels}} 1`], [`duplicate-label-name 1:${manyLabels.length - 3}`]);
  finds('a label has an equals sign', ['a{x"1"} 1'], ['label-syntax 1:4']);
  finds('a label value is quoted', ['a{x=1} 1'], ['label-syntax 1:5']);
  finds('labels are separated by commas', ['a{x="1" y="2"} 1'], ['label-syntax 1:9']);
  finds('a comma needs a label before it', ['a{,x="1"} 1'], ['invalid-label-name 1:3']);
  finds('an escape is one of three', ['a{x="1\\t"} 1'], ['bad-escape 1:7']);
  finds('a column counts bytes', ['a{x="ä",y="\\t"} 1'], ['bad-escape 1:13']);
});

describe('values in the text format', () => {
  finds(
    'a value is wanted',
    ['a', 'b ', 'c{}', 'd{x="1"} '],
    ['missing-value 1:2', 'missing-value 2:3', 'missing-value 3:4', 'missing-value 4:10'],
  );
  finds(
    'a value is a number',
    ['a one', 'b 1_000', 'c 0x1p-2', 'd 1e', 'e .', 'f -', 'g 1,5'],
    ['bad-value 1:3', 'bad-value 2:3', 'bad-value 3:3', 'bad-value 4:3', 'bad-value 5:3', 'bad-value 6:3', 'bad-value 7:3'],
  );
  finds('a value fits a double', ['a 1e999'], ['bad-value 1:3']);
  finds(
    'a timestamp is in whole milliseconds',
    ['a 1 1.5', 'b 1 now', 'c 1 99999999999999999999'],
    ['bad-timestamp 1:5', 'bad-timestamp 2:5', 'bad-timestamp 3:5'],
  );
  finds('nothing follows a timestamp', ['a 1 2 3'], ['after-the-sample 1:7']);
  finds(
    'the text format has no exemplars',
    ['a 1 # {x="1"} 1', 'b 1 2 # {x="1"} 1'],
    ['exemplar-not-allowed 1:5', 'exemplar-not-allowed 2:7'],
  );
});

describe('series in the text format', () => {
  finds('a series stands once', ['a 1', 'a 2'], ['duplicate-series 2:1'], 2);
  finds('a series stands once, whatever its timestamps', ['a 1 1', 'a 2 2'], ['duplicate-series 2:1']);
  finds(
    'the order of labels does not make another series',
    ['a{x="1",y="2"} 1', 'a{z="0"} 1', 'a{y="2",x="1"} 1'],
    ['duplicate-series 3:1'],
  );
  finds(
    'values that change places make another series',
    ['a{x="1",y="2"} 1', 'a{x="2",y="1"} 1', 'a{x="12",y=""} 1', 'a{x="",y="12"} 1'],
    [],
  );
  finds('a label without a value differs from no label only as it is written', ['a{x=""} 1', 'a 1'], []);
  finds(
    "a histogram's samples are told apart by their names",
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1', 'a_sum 1'],
    ['duplicate-series 5:1'],
  );
});
