import { finder } from './finder.ts';

const finds = finder('openmetrics');

describe('OpenMetrics', () => {
  finds('# EOF ends the exposition', ['a 1'], ['eof-missing 2:1'], 1);
  finds('# EOF needs no line feed', ['a 1', '# EOF', ''], [], 1);
  finds('nothing follows # EOF', ['a 1', '# EOF', 'b 1', 'c 1'], ['eof-not-last 3:1'], 1);
  finds('no blank line follows # EOF', ['a 1', '# EOF', ' ', ''], ['eof-not-last 3:1']);
  finds(
    'a truncated exposition has no # EOF',
    ['a 1', 'b', ''],
    ['missing-value 2:2', 'no-final-newline 2:2', 'eof-missing 3:1'],
  );
  finds('there are no comments', ['# note', '#EOF', '# EOF'], ['comment 1:1', 'metadata-syntax 2:1']);
  finds('there are no blank lines', ['a 1', '', 'b 1', '# EOF'], ['blank-line 2:1']);
  finds(
    'blanks are single spaces',
    [' a 1', 'b  1', 'c\t1', 'd 1 ', 'e{ x="1"} 1', 'f{x="1", y="2"} 1', '# EOF'],
    ['whitespace 1:1', 'whitespace 2:3', 'whitespace 3:2', 'whitespace 4:4', 'whitespace 5:3', 'whitespace 6:9'],
  );
  finds('no comma follows the last label', ['a{x="1",} 1', '# EOF'], ['label-syntax 1:9']);
  finds(
    'an unknown escape stands for itself, so both ways to write it are one series',
    ['a{x="\\d"} 1', 'a{x="\\\\d"} 1', '# EOF'],
    ['duplicate-series 2:1'],
  );
  finds("the text format's untyped is not a type", ['# TYPE a untyped', '# EOF'], ['unknown-type 1:10']);
  finds('UNIT is the end of the name', ['# UNIT a_seconds bytes', '# EOF'], ['unit-not-suffix 1:18']);
  finds('UNIT stands once', ['# UNIT a_b b', '# UNIT a_b b', '# EOF'], ['unit-twice 2:8']);
  finds(
    'a counter is named without _total in its TYPE line; its samples are read all the same',
    ['# TYPE restarts_total counter', 'restarts_total 1', '# EOF'],
    ['counter-type-name-with-total 1:8'],
    1,
  );
  finds(
    'an info is named without _info in its TYPE line; its samples are read all the same',
    ['# TYPE build_info info', 'build_info 1', '# EOF'],
    ['info-type-name-with-info 1:8'],
    1,
  );
  finds("a counter's samples end with _total", ['# TYPE a counter', 'a 1', '# EOF'], ['sample-name-not-of-type 2:1']);
  finds('a counter does not count down from nothing', ['# TYPE a counter', 'a_total -1', '# EOF'], ['value-not-of-type 2:8']);
  finds('an info is 1', ['# TYPE a info', 'a_info 2', '# EOF'], ['value-not-of-type 2:7']);
  finds('a stateset names its state', ['# TYPE a stateset', 'a{b="c"} 1', '# EOF'], ['missing-label-of-type 2:2']);
  finds('a gauge has no exemplar', ['# TYPE a gauge', 'a 1 # {x="1"} 1', '# EOF'], ['exemplar-not-allowed 2:5']);
  finds(
    "a counter's _created has no exemplar",
    ['# TYPE a counter', 'a_created 1 # {x="1"} 1', '# EOF'],
    ['exemplar-not-allowed 2:13'],
  );
  finds(
    'an exemplar has labels and a value',
    ['# TYPE a counter', 'a_total 1 # 1', 'a_total 1 # {x="1"}', 'a_total 1 # {x="1"} y', 'a_total 1 # {x="1"} 1 1 1', '# EOF'],
    ['bad-exemplar 2:11', 'bad-exemplar 3:20', 'bad-exemplar 4:21', 'after-the-sample 5:24'],
  );
  finds(
    "an exemplar's labels are short",
    ['# TYPE a counter', `a_total 1 # {x="${'y'.repeat(128)}"} 1`, '# EOF'],
    ['bad-exemplar 2:11'],
  );
  finds('a series may have several points', ['a 1 1.5', 'a 2 2.5', '# EOF'], [], 2);
  finds('a series with points has no sample without a timestamp', ['a 1 1.5', 'a 2', '# EOF'], ['duplicate-series 2:1']);
});
