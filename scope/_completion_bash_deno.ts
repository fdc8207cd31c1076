import { DENO_VALUE_FLAGS } from "./_completion_words.ts";

/** What puts the completion of scripts that `deno` runs in front of its own, in bash. */
export const DENO_ENGINE: string = `
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
