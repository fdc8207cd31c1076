import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { ADict, nearestName } from "@ato/core/adict";
import { CommandLineError, Scope } from "@ato/core/scope";

const DEEP = 50_000;

/** Command lines that mean harm; each must end soon as a config or with mistakes that are shown. */
const HOSTILE: string[][] = [
  // Reaching a prototype, or what is not data.
  ["__proto__=1"],
  ["__proto__.polluted=1"],
  ["__proto__[polluted]=1"],
  ["a.__proto__.polluted=1"],
  ["a.__proto__={polluted: 1}"],
  ['a["__proto__"].polluted=1'],
  ['["__proto__"].polluted=1'],
  ["a={__proto__: {polluted: 1}}"],
  ["a={'__proto__': {polluted: 1}}"],
  ["a={%__proto__%: 1}"],
  ["a=[{__proto__: 1}]"],
  ['a={"__pro\\u0074o__": 1}'],
  ["constructor.prototype.polluted=1"],
  ["a.constructor.prototype.polluted=1"],
  ["constructor=1", "prototype=2"],
  ["toString.polluted=1"],
  ["hasOwnProperty=1", "a=2"],
  ["valueOf={a: 1}"],
  ["list.length=0"],
  ["list.length=1e9"],
  ["list.push=1"],
  ["list.constructor.polluted=1"],
  ["list[__proto__]=1"],
  ["list.__proto__.polluted=1"],
  ["~__proto__"],
  ["~constructor"],
  ["~list.length"],
  ["__proto__+=1"],
  ["toJSON=1"],
  ["toObject=1", "update=2", "get=3", "set=4", "has=5"],
  ["then=1"],
  // What other languages would run.
  ["a=__import__('os').system('true')"],
  ["a=config.from_file.__globals__['os'].getcwd()"],
  ["a=${process.exit(3)}"],
  ["a=$(touch /tmp/none)"],
  ["a=`id`"],
  ["a=eval(1)"],
  ["a=;Deno.exit(3)"],
  ["a=()=>Deno.exit(3)"],
  ["a=function(){}"],
  ["a=!!js/function 'x'"],
  ["a=!!python/object/apply:os.system"],
  ["a={{7*7}}"],
  ["a=<script>alert(1)</script>"],
  ["a=../../../../etc/passwd"],
  ["a=file:///etc/passwd"],
  ["a=%00"],
  // Indices and numbers.
  ["list[1e9]=1"],
  ["list[999999999999999999999]=1"],
  ["list[-1]=5", "list[-2]=6"],
  ["list[-3]=1"],
  ["list[0.5]=1"],
  ["list[]=1"],
  ["list[0][0]=1"],
  ["list[0].a=1"],
  ["n=1e999"],
  ["n=-1e999"],
  ["n=9".padEnd(5000, "9")],
  ["n=0x" + "f".repeat(5000)],
  ["n=0b2"],
  ["n=0o8"],
  ["n=1_"],
  ["n=_1"],
  ["n=--1"],
  ["n=1e"],
  ["n=."],
  ["n=-"],
  ["n=+"],
  ["n=Infinityy"],
  // Texts, marks and escapes.
  ["a=%"],
  ["a=%%%"],
  ["a=\\%"],
  ["a='"],
  ['a="\\'],
  ['a="\\u{110000}"'],
  ['a="\\ud800"'],
  ["a=\ud800"],
  ["a=\u0000"],
  ["a=\u001b[2J\u001b]0;title\u0007"],
  ["\u001b[31mview"],
  ["a=\u202egnp.exe"],
  ["\ufeffa=1"],
  ["a\u00a0=1"],
  ["a\u200b=1"],
  ["a=1\u2028b=2"],
  // Brackets.
  ["a=[[[[[[[[["],
  ["a=]"],
  ["a=)"],
  ["a={]"],
  ["a=[)"],
  ["a=[1,,2]"],
  ["a={:}"],
  ["a={a:}"],
  ["a={a:1,a:2}"],
  ["a={1: 2}"],
  ["a={[1]: 2}"],
  ["a=[1 2"],
  ["a=", "=1", "==", "="],
  ["~"],
  ["~="],
  ["+=1"],
  ["a+==1"],
  ["a~=1"],
  [".a=1"],
  ["a.=1"],
  ["a..b=1"],
  ["[=1"],
  ["]=1"],
  ["a[=1"],
  ["a]=1"],
  ['a["]=1'],
  ["a.b.c.d.e.f.g=1", "a.b=2", "a.b.c=3"],
  // Flags and words.
  ["-"],
  ["--"],
  ["---"],
  ["--=1"],
  ["-a"],
  ["--a=1"],
  ["--__proto__=1"],
  ["--help=1"],
  ["view", "view", "view"],
  ["View"],
  ["view="],
  ["~view"],
  [""],
  [" ", "\t", "\n"],
  ["a=1\nb=2"],
  // Size.
  ["a=" + "[".repeat(DEEP)],
  ["a=" + "[".repeat(DEEP) + "]".repeat(DEEP)],
  ["a=" + "{a:".repeat(DEEP)],
  ["a" + ".a".repeat(DEEP) + "=1"],
  ["a" + "[0]".repeat(DEEP) + "=1"],
  ["a=" + "x".repeat(1_000_000)],
  ["x".repeat(1_000_000)],
  ["x".repeat(1_000_000) + "=1"],
  ["a=[" + "1,".repeat(100_000) + "]"],
  Array.from({ length: 3000 }, (_, i) => `unknown_view_${i}`),
  Array.from({ length: 3000 }, (_, i) => `a${i}.b=[`),
  Array.from({ length: 3000 }, () => "list+=1"),
  Array.from({ length: 3000 }, () => "vew"),
];

Deno.test("a hostile command line gives a config, or mistakes that are shown in printable text", async () => {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  for (const args of HOSTILE) {
    const scope = new Scope<Record<string, unknown>>({ config: { a: null, n: 0, list: [1, 2] } });
    scope.observe("view", { seen: true });
    const label = args.join(" ").slice(0, 60);
    const outcome = await scope.resolve(args).catch((error) => error);
    if (outcome instanceof Error) {
      assert(outcome instanceof CommandLineError, `${label}: ${outcome}`);
      assert(outcome.problems.length > 0, label);
      // deno-lint-ignore no-control-regex -- a terminal would act on control characters
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(outcome.message), label);
    } else assert(outcome instanceof ADict, label);
    assertEquals(({} as Record<string, unknown>).polluted, undefined, label);
  }
  assertEquals(Object.getOwnPropertyNames(Object.prototype).length, before);
  assertGreaterOrEqual(HOSTILE.length, 130);
});

const NAMES = [
  "high_lr",
  "long_run",
  "debug",
  "resnet50",
  "imagenet",
  "mixed_precision",
  "learning_rate",
  "batch_size",
  "num_workers",
  "weight_decay",
  "optimizer.momentum",
  "model.backbone.depth",
  "model.head.dropout",
  "data.augmentation.brightness",
  "scheduler.warmup_steps",
  "checkpoint.interval",
  "experiment.project_name",
  "trainer.max_epochs",
  "seed",
  "hidden",
];

/** Random numbers in [0, 1) from a seed. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** A typing error: a letter left out, added, changed, or exchanged with the next one. */
function mistype(name: string, random: () => number): string {
  const at = Math.floor(random() * name.length);
  const letter = String.fromCharCode(97 + Math.floor(random() * 26));
  const kind = Math.floor(random() * 4);
  if (kind === 0) return name.slice(0, at) + name.slice(at + 1);
  if (kind === 1) return name.slice(0, at) + letter + name.slice(at);
  if (kind === 2) return name.slice(0, at) + letter + name.slice(at + 1);
  const next = name[at + 1] ?? "";
  return name.slice(0, at) + next + name[at] + name.slice(at + 2);
}

Deno.test("the nearest name is right for 95 % of typing errors of one or two edits", () => {
  const random = makeRandom(7);
  let right = 0;
  let all = 0;
  for (let i = 0; i < 4000; i++) {
    const name = NAMES[i % NAMES.length]!;
    let typed = mistype(name, random);
    if (i % 2 === 1) typed = mistype(typed, random);
    if (NAMES.includes(typed)) continue;
    all++;
    if (nearestName(typed, NAMES) === name) right++;
  }
  assertGreaterOrEqual(right / all, 0.95, `${right} of ${all}`);
});
