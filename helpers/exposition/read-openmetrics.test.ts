import { violationTest } from './testing/violations.ts';

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
