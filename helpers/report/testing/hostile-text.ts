/** Texts that an API server, an exporter or a file may contain and that a log or a report must print as plain text; `words` must stay readable. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'commands of GitHub':
    'words\n::error file=a::words\n \t::add-mask::words\n\u00a0::set-output name=a::words\n::stop-commands::token',
  'a command of GitHub where a line wraps': `${'words '.repeat(12)}::warning::words ${'words '.repeat(12)}::error::words`,
  'commands of GitHub before version 2': 'words ##[error]words\n##[add-path]words ###[group]words',
  'commands of Azure': '##vso[task.setvariable variable=a]words ##VSO[task.complete result=Succeeded;]words',
  'commands of TeamCity': "words ##teamcity[buildStatus status='SUCCESS' text='words']",
  'sections of GitLab': '\x1b[0Ksection_start:1700000000:words[collapsed=true]\r\x1b[0Kwords section_end:1700000000:words',
  'folds of Travis': 'travis_fold:start:words travis_time:start:words',
  'a command that escape sequences hide': '\x1b[1m:\x1b[0m:error\x07::words #\x00#[error]words #\u202e#vso[words]',
  'a command behind a carriage return': 'words\r::error::words\r\n::debug::words',
  'colours and the cursor': '\x1b[31mwords\x1b[0m\x1b[2J\x1b[1;1Hwords\x1b[1A\x1b[2K \x9b31mwords',
  'a title, a link and the clipboard':
    '\x1b]0;title\x07words\x1b]8;;https://example.com\x1b\\words\x1b]8;;\x1b\\ \x1b]52;c;d29yZHM=\x07words',
  'sequences that nothing ends': 'words \x1b]0;words\n\x1bPwords\n\x1b[',
  'a sequence within a sequence': 'words\x1b\x1b[31m[31mwords \x1b[\x1b[0m0Jwords',
  'control characters': 'words\b\b\b\v\f\x00\x7f\x85\u2028words\u2029words',
  'text that runs backwards': 'words \u202ewords\u202c \u2066words\u2069 \u200fwords',
  markup: '<script>words</script><!-- words --><details><img src=x onerror=words> & ]]> words',
  Markdown: 'words | words\n# words\n[words](javascript:words) ![words](https://example.com) @words **words** ```\n````\n~~~',
  'characters that XML does not have': 'words \u0001\ufffe\uffff\ud800 words',
};

/** The lines that a terminal or a CI system would interpret as a command. */
export function commandsIn(shown: string): readonly string[] {
  const lines = shown.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  return [
    ...lines.filter((line) => /^\s*::[\w-]+( .*)?::/.test(line)),
    ...lines.filter((line) => /##(vso|teamcity)?\[/i.test(line)),
    ...lines.filter((line) => /section_(start|end):\d|travis_(fold|time):\w/.test(line)),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are searched for
    ...lines.filter((line) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(line)),
  ];
}
