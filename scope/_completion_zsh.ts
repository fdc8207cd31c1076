import {
  type Completion,
  type CompletionWord,
  DENO_VALUE_FLAGS,
  OPERANDS,
  quotePosix,
} from "./_completion_words.ts";

const MAX_PADDED = 32;

// The same in the scripts of all programs: evaluating a second one defines it again.
const ENGINE = `
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }

# Offers the words of an array, with the lines of another that are shown for them.
_ato_offer() {
  local group=$1 shown=\${1}_shown
  shift
  if (( \${(P)#shown} )); then
    compadd -J $group "$@" -l -d $shown -a $group
  else
    compadd -J $group "$@" -a $group
  fi
}

# Offers what can come next, where the program's arguments begin at the given word.
_ato_complete() {
  local ato_command= ato_last= ato_word
  for ato_word in "\${(@Q)words[$1,CURRENT-1]}"; do
    ato_last=$ato_word
    if [[ -z $ato_command ]] && (( \${ato_commands[(Ie)$ato_word]} )); then
      ato_command=$ato_word
    fi
  done
  if [[ $PREFIX == *=* && ( $ato_command != print || $PREFIX != --format=* ) ]]; then
    compset -P 1 '*=' # a value can be the path of a file
    _files
    return
  fi
  case $ato_command:$ato_last in
    (completion:completion) compadd ${OPERANDS.shells} ;;
    (completion:*) return 1 ;;
    (print:--format) compadd ${OPERANDS.formats} ;;
    (print:*)
      if compset -P '--format='; then
        compadd ${OPERANDS.formats}
        return
      fi
      _ato_offer ato_views
      _ato_offer ato_keys -S =
      compadd -- --format
      ;;
    (explain:*)
      _ato_offer ato_keys
      compadd -- --json
      ;;
    (*)
      _ato_offer ato_views
      _ato_offer ato_keys -S =
      [[ -z $ato_command ]] && _ato_offer ato_commands
      ;;
  esac
  return $(( compstate[nmatches] == 0 ))
}
`;

const DENO_ENGINE = `
typeset -gA _ato_scripts

# Sets ato_script to the number of the word that deno runs: the first that is neither a flag, nor
# the value of one, nor run or watch.
_ato_find_script() {
  local verb=
  integer i
  ato_script=0
  for (( i = 2; i < CURRENT; i++ )); do
    case \${(Q)words[i]} in
      (${DENO_VALUE_FLAGS.join("|")}) (( i++ )) ;;
      (-*) ;;
      (run|watch)
        [[ -n $verb ]] && ato_script=$i && return
        verb=\${words[i]}
        ;;
      (*) ato_script=$i && return ;;
    esac
  done
}

# Completes deno: with the words of the script that it runs, else as before.
_ato_deno() {
  integer ato_script
  _ato_find_script
  if (( ato_script > 0 )); then
    local ato_file=\${\${(Q)words[ato_script]}#file://} ato_known ato_name
    [[ $ato_file == '~/'* ]] && ato_file=$HOME/\${ato_file[3,-1]}
    for ato_known ato_name in "\${(@kv)_ato_scripts}"; do
      [[ $ato_file == "$ato_known" || $ato_file -ef $ato_known ]] || continue
      local -a ato_views ato_views_shown ato_keys ato_keys_shown ato_commands ato_commands_shown
      \${ato_name}_words
      _ato_complete $(( ato_script + 1 ))
      return
    done
  fi
  eval "\${_ato_deno_before:-_default}"
}

if [[ \${_comps[deno]-} != _ato_deno ]]; then
  typeset -g _ato_deno_before=\${_comps[deno]-}
  _comps[deno]=_ato_deno
fi
`;

function formatList(name: string, words: readonly CompletionWord[]): string[] {
  const longest = words.reduce((length, { text }) => Math.max(length, text.length), 0);
  const width = Math.min(longest, MAX_PADDED);
  const isDescribed = words.some(({ description }) => description !== "");
  const shown = words.map(({ text, description }) =>
    description === "" ? text : `${text.padEnd(width)}  -- ${description}`
  );
  return [
    `  ${name}=(${words.map(({ text }) => quotePosix(text)).join(" ")})`,
    `  ${name}_shown=(${isDescribed ? shown.map(quotePosix).join(" ") : ""})`,
  ];
}

/** A script for zsh. */
export function formatZshCompletion(completion: Completion): string {
  const { program, name, script, views, keys, commands } = completion;
  const lines = [
    ENGINE.trim(),
    "",
    `${name}_words() {`,
    ...formatList("ato_views", views),
    ...formatList("ato_keys", keys),
    ...formatList("ato_commands", commands),
    "}",
    "",
    `${name}() {`,
    "  local -a ato_views ato_views_shown ato_keys ato_keys_shown ato_commands ato_commands_shown",
    `  ${name}_words`,
    "  _ato_complete 2",
    "}",
    "",
    // Not compdef, which takes a name with = apart.
    `_comps+=(${quotePosix(program)} ${name})`,
  ];
  if (script === undefined) return lines.join("\n");
  return [...lines, DENO_ENGINE.trimEnd(), `_ato_scripts+=(${quotePosix(script)} ${name})`]
    .join("\n");
}
