import {
  type Completion,
  type CompletionWord,
  DENO_VALUE_FLAGS,
  OPERANDS,
} from "./_completion_words.ts";

// The same in the scripts of all programs: evaluating a second one defines it again.
const ENGINE = `
# Whether the word at the cursor is not the value of a key, which can be the path of a file.
function _ato_takes_word
    set -l typed (commandline -ct)
    not string match -q -- '*=*' "$typed"; or string match -q -- '--format=*' "$typed"
end

# Offers what can come next, where the program's arguments begin at the given word.
function _ato_complete --argument-names name first
    _ato_takes_word; or return
    set -l words (commandline -opc)
    set -l commands ("$name"_words names)
    set -l command ''
    for word in $words[$first..-1]
        if test -z "$command"; and contains -- "$word" $commands
            set command $word
        end
    end
    switch "$command:$words[-1]"
        case completion:completion
            printf '%s\\n' ${OPERANDS.shells}
        case 'completion:*'
        case print:--format
            printf '%s\\n' ${OPERANDS.formats}
        case 'print:*'
            if string match -q -- '--format=*' (commandline -ct)
                printf '%s\\n' --format={${OPERANDS.formats.replaceAll(" ", ",")}}
                return
            end
            "$name"_words views '%s\\t%s\\n'
            "$name"_words keys '%s=\\t%s\\n'
            printf '%s\\t%s\\n' --format '${OPERANDS.formats.replaceAll(" ", ", ")}'
        case 'explain:*'
            "$name"_words keys '%s\\t%s\\n'
            printf '%s\\t%s\\n' --json 'for programs'
        case '*'
            "$name"_words views '%s\\t%s\\n'
            "$name"_words keys '%s=\\t%s\\n'
            test -n "$command"; or "$name"_words commands '%s\\t%s\\n'
    end
end
`;

const DENO_ENGINE = `
# The number of the word that deno runs: the first that is neither a flag, nor the value of one,
# nor run or watch.
function _ato_find_script
    set -l words (commandline -opc)
    set -l verb ''
    set -l i 2
    while test $i -le (count $words)
        switch "$words[$i]"
            case ${DENO_VALUE_FLAGS.join(" ")}
                set i (math $i + 1)
            case '-*'
            case run watch
                if test -n "$verb"
                    echo $i
                    return
                end
                set verb $words[$i]
            case '*'
                echo $i
                return
        end
        set i (math $i + 1)
    end
    return 1
end

# Whether deno runs the given script.
function _ato_runs --argument-names script
    set -l number (_ato_find_script); or return
    set -l words (commandline -opc)
    set -l file (string replace -r '^file://' '' -- "$words[$number]")
    test "$file" = "$script"; and return
    if string match -q -- '~/*' "$file"
        set file $HOME/(string sub -s 3 -- "$file")
    end
    set -l real (builtin realpath -- "$file" 2>/dev/null); or return
    test "$real" = (builtin realpath -- "$script" 2>/dev/null; or echo "$script")
end
`;

/** A text that fish reads as one literal word. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}

function formatCase(name: string, words: readonly CompletionWord[]): string[] {
  if (words.length === 0) return [];
  const pairs = words.map(({ text, description }) => `${quote(text)} ${quote(description)}`);
  return [`        case ${name}`, `            printf $argv[2] ${pairs.join(" ")}`];
}

/** A script for fish. */
export function formatFishCompletion(completion: Completion): string {
  const { program, name, script, views, keys, commands } = completion;
  const lines = [
    ENGINE.trim(),
    "",
    `function ${name}_words`,
    "    switch $argv[1]",
    ...formatCase("views", views),
    ...formatCase("keys", keys),
    ...formatCase("commands", commands),
    "        case names",
    `            string join \\n -- ${commands.map(({ text }) => quote(text)).join(" ")}`,
    "    end",
    "end",
    "",
    `complete -e -c ${quote(program)}`,
    `complete -c ${quote(program)} -n _ato_takes_word -f`,
    `complete -c ${quote(program)} -a '(_ato_complete ${name} 2)'`,
  ];
  if (script === undefined) return lines.join("\n");
  return [
    ...lines,
    DENO_ENGINE.trimEnd(),
    "",
    `function ${name}_runs`,
    `    _ato_runs ${quote(script)}`,
    "end",
    "",
    "# Loads the completion that deno has: what it erases first must not be this one.",
    "complete -C 'deno --' >/dev/null 2>&1",
    `if not complete -c deno | string match -q '*${name}*'`,
    `    complete -c deno -n '${name}_runs; and _ato_takes_word' -f`,
    `    complete -c deno -n ${name}_runs -a '(_ato_complete ${name} (math (_ato_find_script) + 1))'`,
    "end",
  ].join("\n");
}
