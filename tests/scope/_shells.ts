/** A line as a shell has completed it. */
export interface Typed {
  /** The line after the key for completion was pressed at its end. */
  line: string;
  /** What the shell reads the line as, the command's name first. */
  args: string[];
}

/** A line in zsh, with what it showed. */
export interface TypedInZsh extends Typed {
  /** The words that were offered. */
  offered: string[];
  /** Seconds that the completion took. */
  seconds: number;
  /** What was written on the terminal. */
  screen: string;
}

const TYPE_TAB = "\t";
const TYPE_PROBE = "\x14";
const TYPE_CLEAR = "\x15";

const BASH_SETUP = String.raw`
PS1= HISTFILE=
_probe() {
  local line=$READLINE_LINE
  set --
  eval "set -- $line" 2>/dev/null
  printf '%s\0' "$line" "$#" "$@" >>"$FOLDER/typed"
}
bind -x '"\C-t": _probe'
`;

const ZSH_SETUP = String.raw`
PS1= PS2= HISTFILE=
zmodload zsh/datetime
autoload -Uz compinit && compinit -u -d $FOLDER/compdump
compadd() {
  if [[ " $* " != *' -'[AOD]' '* ]]; then
    local -a _found
    builtin compadd -O _found "$@"
    _offered+=("$_found[@]")
  fi
  builtin compadd "$@"
}
_complete_timed() {
  float begin=$EPOCHREALTIME
  _offered=()
  zle complete-word
  _seconds=$(( EPOCHREALTIME - begin ))
}
_probe() {
  local line=$BUFFER
  set --
  eval "set -- $line" 2>/dev/null
  print -rN -- "$line" $# "$@" $#_offered "$_offered[@]" $_seconds >>$FOLDER/typed
  zle -I
  print -r -- 'PROBE''D'
}
zle -N _complete_timed
zle -N _probe
bindkey '^I' _complete_timed
bindkey '^T' _probe
bindkey '^U' kill-whole-line
`;

/** Types lines into a zsh on a terminal of its own, and what was written there goes to files. */
const ZSH_DRIVER = String.raw`
zmodload zsh/zpty
integer number=0
wait_for() {
  local got
  integer tries
  for (( tries = 0; tries < 3000; tries++ )); do
    zpty -r -t shell got && screen+=$got
    [[ $screen == *$1* ]] && return
    sleep 0.01
  done
  print -ru2 "No $1 in: $screen"
  exit 1
}
screen=
zpty -b shell zsh -f -i
zpty -w shell "source $FOLDER/setup && source $FOLDER/script; print 'SOURCE''D'"
wait_for SOURCED
for line; do
  screen=
  zpty -w -n shell "$line"$'\t\x14'
  wait_for PROBED
  print -rn -- "$screen" >$FOLDER/screen.$(( number++ ))
  zpty -w -n shell $'\x15'
done
zpty -d shell
`;

/** Whether this machine has a shell. */
export function hasShell(shell: string): boolean {
  try {
    return new Deno.Command(shell, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

function run(shell: string, args: readonly string[], folder: string): Deno.Command {
  return new Deno.Command(shell, {
    args: [...args],
    cwd: folder,
    clearEnv: true,
    env: {
      FOLDER: folder,
      HOME: folder,
      INPUTRC: "/dev/null",
      LC_ALL: "C.UTF-8",
      // A program that a completion starts leaves a trace.
      PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
      TERM: "xterm",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What a shell prints that runs some code with the script of completion as its argument. */
export async function runShell(
  shell: string,
  code: string,
  { folder, script, args = [] }: { folder: string; script: string; args?: readonly string[] },
): Promise<string> {
  await Deno.writeTextFile(`${folder}/script`, script);
  const flags = { bash: ["--norc"], zsh: ["-f"], fish: ["--no-config"] }[shell] ?? [];
  const source = shell === "fish" ? "source $FOLDER/script" : '. "$FOLDER/script"';
  const operands = shell === "fish" ? args : ["shell", ...args];
  const child = run(shell, [...flags, "-c", `${source}\n${code}`, ...operands], folder).spawn();
  await child.stdin.close();
  const { code: status, stdout, stderr } = await child.output();
  const errors = new TextDecoder().decode(stderr);
  if (status !== 0 || errors !== "") throw new Error(`${shell} exited with ${status}: ${errors}`);
  return new TextDecoder().decode(stdout);
}

/** Types lines into an interactive bash, presses the key for completion, and clears them. */
export async function typeInBash(
  lines: readonly string[],
  { folder, script }: { folder: string; script: string },
): Promise<Typed[]> {
  await Deno.writeTextFile(`${folder}/setup`, `${BASH_SETUP}\n${script}`);
  const child = run("bash", ["--rcfile", `${folder}/setup`, "-i"], folder).spawn();
  const writer = child.stdin.getWriter();
  const keys = lines.map((line) => line + TYPE_TAB + TYPE_PROBE + TYPE_CLEAR).join("");
  await writer.write(new TextEncoder().encode(keys));
  await writer.close();
  await child.output();
  const fields = await readFields(`${folder}/typed`);
  return lines.map(() => takeTyped(fields));
}

/** Types lines into an interactive zsh, presses the key for completion, and clears them. */
export async function typeInZsh(
  lines: readonly string[],
  { folder, script }: { folder: string; script: string },
): Promise<TypedInZsh[]> {
  await Deno.writeTextFile(`${folder}/setup`, ZSH_SETUP);
  await Deno.writeTextFile(`${folder}/script`, script);
  const child = run("zsh", ["-f", "-c", ZSH_DRIVER, "zsh", ...lines], folder).spawn();
  await child.stdin.close();
  const { success, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const fields = await readFields(`${folder}/typed`);
  const typed: TypedInZsh[] = [];
  for (const number of lines.keys()) {
    const { line, args } = takeTyped(fields);
    const offered = fields.splice(0, Number(fields.shift()));
    const seconds = Number(fields.shift());
    const screen = await Deno.readTextFile(`${folder}/screen.${number}`);
    typed.push({ line, args, offered, seconds, screen });
  }
  return typed;
}

async function readFields(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path)).split("\0");
}

function takeTyped(fields: string[]): Typed {
  const line = fields.shift() ?? "";
  return { line, args: fields.splice(0, Number(fields.shift())) };
}
