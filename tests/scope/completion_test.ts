import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import {
  type CompletionOptions,
  type CompletionWord,
  formatCompletion,
  type Shell,
  SHELLS,
} from "../../scope/_completion.ts";
import { hasShell, runShell, type Typed, typeInBash, typeInZsh } from "./_shells.ts";

const WORDS: CompletionWord[] = [
  { kind: "view", text: "hidden_large", description: "A wide network" },
  { kind: "view", text: "data:small", description: "" },
  { kind: "key", text: "lr", description: "Learning rate: of the\noptimizer %F{red}" },
  { kind: "key", text: "model.depth", description: "3" },
  { kind: "key", text: "학습률", description: "0.1" },
  { kind: "command", text: "manual", description: "" },
  { kind: "command", text: "explain", description: "Where values come from" },
  { kind: "command", text: "print", description: "" },
  { kind: "command", text: "completion", description: "" },
];

/** Names and descriptions that a shell would run, were they not quoted. */
const HOSTILE: string[] = [
  "a$(touch pwned)",
  "b`touch pwned`",
  "c';touch pwned;'",
  'd";touch pwned;"',
  "e\\';touch pwned;#",
  "f;touch pwned",
  "g&touch pwned&",
  "h|touch pwned",
  "i)\ntouch pwned\n(",
  "j*",
  "k ${x:=touch pwned}",
  "l{x,y}",
  "m<pwned>pwned",
  "n!!",
  "o%s\\n%F{red}",
  "p''",
  'q"',
  "r\\",
  "s[1]",
  "t~ ^?",
  "u학🎉é",
  "-v--",
  "w:x:y",
  "\x1b[31mz",
];
const TYPABLE = HOSTILE.filter((text) => !/\p{Cc}/u.test(text));

const missing: Record<Shell, boolean> = {
  bash: !hasShell("bash"),
  zsh: !hasShell("zsh"),
  fish: !hasShell("fish"),
};

/** A test that needs a shell; where there is none its name says so. */
function testIn(shell: Shell, name: string, fn: (folder: string) => Promise<void>): void {
  const ignore = missing[shell];
  Deno.test({
    name: `formatCompletion() ${name}${ignore ? ` (ignored: there is no ${shell})` : ""}`,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await Deno.mkdir(`${folder}/bin`);
        await Deno.writeTextFile(`${folder}/bin/deno`, '#!/bin/sh\ntouch "$FOLDER/started"\n', {
          mode: 0o755,
        });
        await Deno.mkdir(`${folder}/my project`);
        await Deno.writeTextFile(`${folder}/my project/train.ts`, "");
        await Deno.writeTextFile(`${folder}/other.ts`, "");
        await fn(folder);
        assertEquals(exists(`${folder}/pwned`), false, "a name was run as code");
        assertEquals(exists(`${folder}/started`), false, "the completion started deno");
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function format(shell: Shell, folder: string, options: Partial<CompletionOptions> = {}): string {
  const script = `${folder}/my project/train.ts`;
  return formatCompletion({ shell, program: "train.ts", script, words: WORDS, ...options });
}

/** What is typed, and what it becomes: in bash and zsh alike. */
const LINES: [typed: string, line: string][] = [
  ["train.ts hid", "train.ts hidden_large "],
  ["./train.ts hid", "./train.ts hidden_large "],
  ["'my project'/train.ts hid", "'my project'/train.ts hidden_large "],
  ["train.ts l", "train.ts lr="],
  ["train.ts mo", "train.ts model.depth="],
  ["train.ts model.d", "train.ts model.depth="],
  ["train.ts data:s", "train.ts data:small "],
  ["train.ts data:", "train.ts data:small "],
  ["train.ts 학", "train.ts 학습률="],
  ["train.ts 'hid", "train.ts 'hidden_large' "],
  ["train.ts lr=0.1 layers=[1,2] hid", "train.ts lr=0.1 layers=[1,2] hidden_large "],
  ["train.ts lr=other", "train.ts lr=other.ts "],
  ["train.ts nothing", "train.ts nothing"],
  ["train.ts ma", "train.ts manual "],
  ["train.ts expl", "train.ts explain "],
  ["train.ts print expl", "train.ts print expl"],
  ["train.ts explain l", "train.ts explain lr "],
  ["train.ts hidden_large explain lr mo", "train.ts hidden_large explain lr model.depth "],
  ["train.ts explain hid", "train.ts explain hid"],
  ["train.ts explain --", "train.ts explain --json "],
  ["train.ts print --f", "train.ts print --format "],
  ["train.ts print --format y", "train.ts print --format yaml "],
  ["train.ts print --format=t", "train.ts print --format=toml "],
  ["train.ts print l", "train.ts print lr="],
  ["train.ts completion f", "train.ts completion fish "],
  ["train.ts completion bash f", "train.ts completion bash f"],
  ["deno run -A my\\ project/train.ts hid", "deno run -A my\\ project/train.ts hidden_large "],
  ['deno run "my project/train.ts" l', 'deno run "my project/train.ts" lr='],
  [
    "deno run './my project/../my project/train.ts' l",
    "deno run './my project/../my project/train.ts' lr=",
  ],
  ["deno run ~/my\\ project/train.ts l", "deno run ~/my\\ project/train.ts lr="],
  ["deno -A my\\ project/train.ts l", "deno -A my\\ project/train.ts lr="],
  ["deno watch my\\ project/train.ts l", "deno watch my\\ project/train.ts lr="],
  [
    "deno run -c other.ts --allow-read=/a,/b my\\ project/train.ts lr=1 data:",
    "deno run -c other.ts --allow-read=/a,/b my\\ project/train.ts lr=1 data:small ",
  ],
  ["deno run -A other.ts hid", "deno run -A other.ts hid"],
  ["deno run other.ts my\\ project/train.ts hid", "deno run other.ts my\\ project/train.ts hid"],
  ["deno test my\\ project/train.ts hid", "deno test my\\ project/train.ts hid"],
  ["deno run oth", "deno run other.ts "],
];

function assertLines(typed: readonly Typed[], lines: [string, string][]): void {
  assertEquals(typed.map(({ line }, i) => [lines[i]![0], line]), lines);
}

testIn("bash", "completes what is typed into bash", async (folder) => {
  const script = format("bash", folder);
  assertLines(await typeInBash(LINES.map(([typed]) => typed), { folder, script }), LINES);
});

testIn("zsh", "completes what is typed into zsh", async (folder) => {
  const script = format("zsh", folder);
  assertLines(await typeInZsh(LINES.map(([typed]) => typed), { folder, script }), LINES);
});

const BASH_REPLY = String.raw`
COMP_WORDS=("$@") COMP_CWORD=$(( $# - 1 ))
spec=($(complete -p "$1"))
for (( i = 0; i < \${#spec[@]}; i++ )); do [[ \${spec[i]} == -F ]] && complete=\${spec[i+1]}; done
"$complete"
printf '%s\n' "\${COMPREPLY[@]}"
`.replaceAll("\\$", "$");

async function replyInBash(folder: string, script: string, args: string[]): Promise<string[]> {
  const reply = await runShell("bash", BASH_REPLY, { folder, script, args });
  return reply.trimEnd().split("\n");
}

testIn("bash", "offers all that can follow in bash", async (folder) => {
  const script = format("bash", folder);
  assertEquals((await replyInBash(folder, script, ["train.ts", ""])).toSorted(), [
    "completion",
    "data:small",
    "explain",
    "hidden_large",
    "lr=",
    "manual",
    "model.depth=",
    "print",
    "학습률=",
  ]);
  const formats = ["json", "yaml", "toml", "xyz"];
  assertEquals(await replyInBash(folder, script, ["train.ts", "print", "--format", ""]), formats);
  const deno = ["deno", "run", "-A", `my\\ project/train.ts`];
  assertEquals(await replyInBash(folder, script, [...deno, "completion", ""]), [...SHELLS]);
  assertEquals(await replyInBash(folder, script, [...deno, "h"]), ["hidden_large"]);
});

testIn("bash", "falls back to what completed deno before in bash", async (folder) => {
  const script = format("bash", folder);
  const typed = ["deno ru", "deno run -A my\\ project/train.ts l"];
  const before: [string, string][] = [
    ["_mine() { COMPREPLY=(run_mine); }\ncomplete -o nospace -F _mine deno", "deno run_mine"],
    ["complete -W 'run_word test' deno", "deno run_word "],
    ["complete -o default -W \"'it is' 'run x'\" -P '' deno", "deno run x "],
    ["", "deno ru"],
  ];
  for (const [code, line] of before) {
    const twice = [code, script, script].join("\n");
    const lines = await typeInBash(typed, { folder, script: twice });
    await Deno.remove(`${folder}/typed`);
    assertLines(lines, [[typed[0]!, line], [typed[1]!, "deno run -A my\\ project/train.ts lr="]]);
  }
});

testIn("zsh", "falls back to what completed deno before in zsh", async (folder) => {
  const script = format("zsh", folder);
  const before = "_mine() { compadd run_mine }\ncompdef _mine deno";
  const lines: [string, string][] = [
    ["deno ru", "deno run_mine "],
    ["deno run -A my\\ project/train.ts l", "deno run -A my\\ project/train.ts lr="],
  ];
  const typed = await typeInZsh(lines.map(([line]) => line), {
    folder,
    script: [before, script, script].join("\n"),
  });
  assertLines(typed, lines);
});

const FISH_OFFERS = "complete -C $argv[1]";

async function offersInFish(folder: string, script: string, line: string): Promise<string[]> {
  const offers = await runShell("fish", FISH_OFFERS, { folder, script, args: [line] });
  return offers.split("\n").filter((offer) => offer !== "");
}

testIn("fish", "offers what can follow in fish", async (folder) => {
  const before =
    "complete -c deno -e\ncomplete -c deno -n 'test (count (commandline -opc)) = 1' -a 'run_mine'";
  const script = [before, format("fish", folder), format("fish", folder)].join("\n");
  const lr = "Learning rate: of the optimizer %F{red}";
  const cases: [string, string[]][] = [
    ["train.ts hid", ["hidden_large\tA wide network"]],
    ["./train.ts l", [`lr=\t${lr}`]],
    ["train.ts data:s", ["data:small"]],
    ["train.ts 학", ["학습률=\t0.1"]],
    ["train.ts lr=0.1 hid", ["hidden_large\tA wide network"]],
    ["train.ts lr=other", ["lr=other.ts"]],
    ["train.ts nothing", []],
    ["train.ts expla", ["explain\tWhere values come from"]],
    ["train.ts print expla", []],
    ["train.ts explain lr mod", ["model.depth\t3"]],
    ["train.ts explain hidden", []],
    ["train.ts explain --j", ["--json\tfor programs"]],
    ["train.ts print --fo", ["--format\tjson, yaml, toml, xyz"]],
    ["train.ts print --format ", ["json", "toml", "xyz", "yaml"]],
    ["train.ts print --format=t", ["--format=toml"]],
    ["train.ts completion ", ["bash", "fish", "zsh"]],
    ["train.ts completion bash ", []],
    ["deno run -A my\\ project/train.ts l", [`lr=\t${lr}`]],
    ['deno run "my project/train.ts" hid', ["hidden_large\tA wide network"]],
    ["deno run ~/my\\ project/train.ts hid", ["hidden_large\tA wide network"]],
    ["deno watch -c other.ts my\\ project/train.ts hid", ["hidden_large\tA wide network"]],
    ["deno run -A other.ts hid", []],
    ["deno run other.ts my\\ project/train.ts hid", []],
    ["deno test my\\ project/train.ts hid", []],
    ["deno run_m", ["run_mine"]],
  ];
  for (const [line, offers] of cases) {
    assertEquals(await offersInFish(folder, script, line), offers, line);
  }
});

testIn("zsh", "shows descriptions in zsh", async (folder) => {
  const script = format("zsh", folder);
  const [typed] = await typeInZsh(["train.ts "], { folder, script });
  const { offered, screen } = typed!;
  assertEquals(offered.toSorted(), WORDS.map(({ text }) => text).toSorted());
  assertStringIncludes(screen, "-- Learning rate: of the optimizer %F{red}");
  assertStringIncludes(screen, "-- A wide network");
});

/** Words that share no beginning, so that their first character completes each. */
function hostileWords(kind: CompletionWord["kind"]): CompletionWord[] {
  return HOSTILE.map((text) => ({ kind, text, description: text }));
}

/** Some of a text in quotes that are not closed. */
function openQuote(text: string): string {
  return `'${text.slice(0, 1)}`;
}

testIn("bash", "quotes hostile names in bash", async (folder) => {
  const script = format("bash", folder, { words: hostileWords("key") });
  const starts = TYPABLE.flatMap((text) => [text.slice(0, 1), openQuote(text), `"${text[0]}`]);
  const typed = await typeInBash(starts.map((start) => `train.ts ${start}`), { folder, script });
  assertEquals(
    typed.map(({ args }) => args.at(-1)),
    TYPABLE.flatMap((text) => Array(3).fill(`${text}=`)),
  );
});

testIn("zsh", "quotes hostile names in zsh", async (folder) => {
  const script = format("zsh", folder, { words: hostileWords("key") });
  const starts = TYPABLE.flatMap((text) => [text.slice(0, 1), openQuote(text)]);
  const typed = await typeInZsh(starts.map((start) => `train.ts ${start}`), { folder, script });
  assertEquals(
    // A quote that was open before still is: such a line is no command yet.
    typed.map(({ line, args }) => args.at(-1) ?? line),
    TYPABLE.flatMap((text) => [`${text}=`, `train.ts '${text.replaceAll("'", "'\\''")}=`]),
  );
});

testIn("fish", "quotes hostile names in fish", async (folder) => {
  const script = format("fish", folder, { words: hostileWords("view") });
  const code = String.raw`for offer in (complete --escape -C 'train.ts ')
    eval "printf '%s\n' "(string split -f 1 \t -- $offer)
end`;
  const offers = (await runShell("fish", code, { folder, script })).trimEnd().split("\n");
  assertEquals(offers.toSorted(), TYPABLE.toSorted());
});

const HOSTILE_PATH = 'it\'s $(touch pwned) `touch pwned` ";touch pwned;" =x.ts';

for (const shell of SHELLS) {
  testIn(shell, `quotes the names of the program and script in ${shell}`, async (folder) => {
    const path = `${folder}/${HOSTILE_PATH}`;
    await Deno.writeTextFile(path, "");
    const script = format(shell, folder, { program: "my $(touch pwned).ts", script: path });
    const starts = [
      "my\\ \\$\\(touch\\ pwned\\).ts",
      "./my\\ \\$\\(touch\\ pwned\\).ts",
      `deno run ./'${HOSTILE_PATH.replaceAll("'", "'\\''")}'`,
    ];
    if (shell === "fish") {
      for (const start of starts) {
        const offers = await offersInFish(folder, script, `${start} hid`);
        assertEquals(offers, ["hidden_large\tA wide network"], start);
      }
      return;
    }
    const type = shell === "bash" ? typeInBash : typeInZsh;
    assertLines(
      await type(starts.map((start) => `${start} hid`), { folder, script }),
      starts.map((start) => [`${start} hid`, `${start} hidden_large `]),
    );
  });

  testIn(shell, `keeps every word through the quotes of ${shell}`, async (folder) => {
    const texts = fc.sample(fc.string({ unit: "binary", minLength: 1 }), { numRuns: 500, seed: 7 })
      .concat(fc.sample(fc.string({ minLength: 1 }), { numRuns: 500, seed: 8 }))
      .map((text) => text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "") || "x");
    const words = texts.map((text): CompletionWord => ({ kind: "view", text, description: text }));
    const script = format(shell, folder, { words });
    const name = /^(?:function )?(_ato_train_ts_\w+)_words/m.exec(script)![1];
    const code = {
      bash: `${name}_words; printf '%s\\n' "\${views[@]}"`,
      zsh: `compinit() {}; ${name}_words; print -rl -- "$ato_views[@]"`,
      fish: `${name}_words views '%s\\n' | string collect`,
    }[shell];
    if (shell === "fish") {
      const pairs = (await runShell(shell, code, { folder, script })).trimEnd().split("\n");
      assertEquals(pairs.filter((_, i) => i % 2 === 0), [...new Set(texts)]);
      return;
    }
    const kept = (await runShell(shell, code, { folder, script })).replace(/\n$/, "").split("\n");
    assertEquals(kept, [...new Set(texts)]);
  });

  testIn(shell, `completes two programs side by side in ${shell}`, async (folder) => {
    const other = `${folder}/other.ts`;
    const words: CompletionWord[] = [{ kind: "view", text: "checkpointed", description: "" }];
    const first = format(shell, folder);
    const second = format(shell, folder, { program: "other.ts", script: other, words });
    const script = [first, second, first].join("\n");
    const lines: [string, string][] = [
      ["deno run my\\ project/train.ts hid", "deno run my\\ project/train.ts hidden_large "],
      ["deno run other.ts ch", "deno run other.ts checkpointed "],
      ["other.ts ch", "other.ts checkpointed "],
      ["train.ts ch", "train.ts ch"],
    ];
    if (shell === "fish") {
      assertEquals(await offersInFish(folder, script, lines[0]![0]), [
        "hidden_large\tA wide network",
      ]);
      for (const [line] of lines.slice(1, 3)) {
        assertEquals(await offersInFish(folder, script, line), ["checkpointed"]);
      }
      return;
    }
    const type = shell === "bash" ? typeInBash : typeInZsh;
    assertLines(await type(lines.map(([typed]) => typed), { folder, script }), lines);
  });

  testIn(shell, `needs no words and no script in ${shell}`, async (folder) => {
    const script = format(shell, folder, { words: [], script: undefined });
    assertEquals(script.includes("deno"), false);
    const lines: [string, string][] = [["train.ts x", "train.ts x"]];
    if (shell === "fish") {
      assertEquals(await offersInFish(folder, script, "train.ts x"), []);
      return;
    }
    const type = shell === "bash" ? typeInBash : typeInZsh;
    assertLines(await type(["train.ts x"], { folder, script }), lines);
  });
}

Deno.test("formatCompletion() refuses a program without a name", () => {
  for (const program of ["", "folder/", "a\nb"]) {
    assertThrows(
      () => formatCompletion({ shell: "bash", program, script: undefined, words: [] }),
      TypeError,
      "it names no command",
    );
  }
});

Deno.test("formatCompletion() writes no control characters", () => {
  for (const shell of SHELLS) {
    const words = [...hostileWords("key"), ...hostileWords("view"), ...hostileWords("command")];
    const text = formatCompletion({ shell, program: "x", script: "/x", words });
    assertEquals(/[^\P{Cc}\n]/u.test(text), false, shell);
  }
});
