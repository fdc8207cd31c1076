import {
  type Completion,
  type CompletionWord,
  DENO_VALUE_FLAGS,
  OPERANDS,
  quotePosix,
} from "./_completion_words.ts";

/** What puts the completion of scripts that `deno` runs in front of its own, in bash. */
const DENO_ENGINE: string = `
# Sets script to the number of the word that deno runs: the first that is neither a flag, nor the
# value of one, nor run or watch.
_ato_find_script() {
  local i command=
  script=0
  for (( i = 1; i < \${#words[@]}; i++ )); do
    case \${words[i]} in
      ${DENO_VALUE_FLAGS.join("|")}) (( i++ )) ;;
      -*) ;;
      run|watch)
        [[ -n $command ]] && script=$i && return
        command=\${words[i]}
        ;;
      *) script=$i && return ;;
    esac
  done
}

# Completes deno: with the words of the script that it runs, else as before.
_ato_deno() {
  local words typed head open script i path
  _ato_split "\${2-\${COMP_WORDS[COMP_CWORD]}}"
  _ato_find_script
  if (( script > 0 )); then
    path=\${words[script]#file://}
    [[ $path == '~/'* ]] && path=$HOME/\${path:2}
    for (( i = 0; i < \${#_ato_scripts[@]}; i++ )); do
      [[ $path == "\${_ato_scripts[i]}" || $path -ef \${_ato_scripts[i]} ]] || continue
      local views keys commands
      "\${_ato_names[i]}_words"
      _ato_complete $(( script + 1 ))
      return
    done
  fi
  COMPREPLY=()
  if [[ -n $_ato_deno_function ]]; then
    "$_ato_deno_function" "$@"
  elif [[ \${#_ato_deno_actions[@]} -gt 0 ]]; then
    while IFS= read -r path; do
      COMPREPLY+=("$path")
    done < <(compgen "\${_ato_deno_actions[@]}" -- "\${2-}" 2>/dev/null)
  fi
}

# Puts _ato_deno in front of the completion that deno has, or that bash-completion can load.
_ato_wrap_deno() {
  local spec i options
  complete -p deno >/dev/null 2>&1 || __load_completion deno >/dev/null 2>&1 ||
    _comp_load deno >/dev/null 2>&1
  # What complete prints is quoted for the shell to read again.
  eval "spec=($(complete -p deno 2>/dev/null || echo 'complete -o bashdefault -o default deno'))"
  options=()
  for (( i = 1; i < \${#spec[@]} - 1; i++ )); do
    if [[ \${spec[i]} == -F && \${spec[i+1]} == _ato_deno ]]; then return; fi
  done
  _ato_deno_function= _ato_deno_actions=()
  for (( i = 1; i < \${#spec[@]} - 1; i++ )); do
    case \${spec[i]} in
      -o) options+=(-o "\${spec[++i]}") ;;
      -F) _ato_deno_function=\${spec[++i]} ;;
      *) _ato_deno_actions+=("\${spec[i]}") ;;
    esac
  done
  complete "\${options[@]}" -F _ato_deno deno
}

# Keeps which functions complete a script.
_ato_register() {
  local i
  for (( i = 0; i < \${#_ato_scripts[@]}; i++ )); do
    [[ \${_ato_scripts[i]} == "$1" ]] && _ato_names[i]=$2 && return
  done
  _ato_scripts+=("$1")
  _ato_names+=("$2")
}
`;

// The same in the scripts of all programs: evaluating a second one defines it again. It does
// without what bash 3.2, the shell of macOS, has not: only compopt is missing there, and with it
// the space after a key stays.
const ENGINE = `
# Sets plain to what the shell makes of a word, and open to the quote that is not closed in it.
_ato_unquote() {
  local i char
  plain= open=
  for (( i = 0; i < \${#1}; i++ )); do
    char=\${1:i:1}
    if [[ $char == "$open" ]]; then
      open=
    elif [[ -z $open && $char == [\\'\\"] ]]; then
      open=$char
    elif [[ $char == \\\\ && ( -z $open || $open == \\" && \${1:i+1:1} == [\\"\\\\\\$\\\`] ) ]]; then
      (( i++ ))
      plain+=\${1:i:1}
    else
      plain+=$char
    fi
  done
}

# Sets words to those up to the cursor, which COMP_WORDS splits at = and : besides; typed to the
# last of them, and head to the part of it that readline leaves in place.
_ato_split() {
  local line=\${COMP_WORDS[*]} rest i raw= plain
  [[ -n \${COMP_LINE-} ]] && line=\${COMP_LINE:0:COMP_POINT}
  words=()
  for (( i = 0; i <= COMP_CWORD; i++ )); do
    rest=\${line#"\${line%%[![:space:]]*}"}
    if [[ $i -gt 0 && $rest != "$line" ]]; then
      _ato_unquote "$raw"
      words+=("$plain")
      raw=
    fi
    [[ $i -eq $COMP_CWORD ]] && break
    raw+=\${COMP_WORDS[i]}
    line=\${rest#"\${COMP_WORDS[i]}"}
  done
  raw+=$rest
  _ato_unquote "\${raw%"$1"}"
  head=$plain
  _ato_unquote "$raw"
  typed=$plain
}

# Offers the words after the first argument that begin with what was typed, and that argument.
_ato_offer() {
  local suffix=$1 word
  shift
  for word; do
    [[ $word == "$typed"* ]] || continue
    word=\${word:\${#head}}
    case $open in
      \\') word=\${word//\\'/\\'\\\\\\'\\'} ;;
      \\")
        word=\${word//\\\\/\\\\\\\\}
        word=\${word//\\"/\\\\\\"}
        word=\${word//\\$/\\\\\\$}
        word=\${word//\\\`/\\\\\\\`}
        ;;
      *) [[ $word == *[!A-Za-z0-9_./:+-]* ]] && printf -v word %q "$word" ;;
    esac
    COMPREPLY+=("$word$suffix")
  done
}

# Offers what can come next, where the program's arguments begin at the given word.
_ato_complete() {
  local i command= last= known
  COMPREPLY=()
  for (( i = $1; i < \${#words[@]}; i++ )); do
    last=\${words[i]}
    [[ -n $command ]] && continue
    for known in "\${commands[@]}"; do [[ $last == "$known" ]] && command=$known; done
  done
  compopt +o bashdefault +o default 2>/dev/null
  if [[ $typed == *=* && ( $command != print || $typed != --format=* ) ]]; then
    compopt -o default 2>/dev/null # a value can be the path of a file
    return 0
  fi
  case $command:$last in
    completion:completion) _ato_offer '' ${OPERANDS.shells} ;;
    completion:*) ;;
    print:--format) _ato_offer '' ${OPERANDS.formats} ;;
    print:*)
      if [[ $typed == --format=* ]]; then
        _ato_offer '' --format={${OPERANDS.formats.replaceAll(" ", ",")}}
        return 0
      fi
      _ato_offer '' "\${views[@]}" --format
      _ato_offer = "\${keys[@]}"
      ;;
    explain:*) _ato_offer '' "\${keys[@]}" --json ;;
    *)
      _ato_offer '' "\${views[@]}"
      [[ -z $command ]] && _ato_offer '' "\${commands[@]}"
      _ato_offer = "\${keys[@]}"
      ;;
  esac
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
  return 0
}
`;

function formatList(name: string, words: readonly CompletionWord[]): string {
  return `  ${name}=(${words.map(({ text }) => quotePosix(text)).join(" ")})`;
}

/** A script for bash. */
export function formatBashCompletion(completion: Completion): string {
  const { program, name, script, views, keys, commands } = completion;
  const lines = [
    ENGINE.trim(),
    "",
    `${name}_words() {`,
    formatList("views", views),
    formatList("keys", keys),
    formatList("commands", commands),
    "}",
    "",
    `${name}() {`,
    "  local words typed head open views keys commands",
    `  _ato_split "\${2-\${COMP_WORDS[COMP_CWORD]}}"`,
    `  ${name}_words`,
    "  _ato_complete 1",
    "}",
    "",
    // Bash looks a command up as it was typed, quotes included.
    `complete -F ${name} -- ${quotePosix(program)} "$(printf %q ${quotePosix(program)})"`,
  ];
  if (script === undefined) return lines.join("\n");
  return [
    ...lines,
    DENO_ENGINE.trimEnd(),
    "",
    `_ato_register ${quotePosix(script)} ${name}`,
    "_ato_wrap_deno",
  ].join("\n");
}
