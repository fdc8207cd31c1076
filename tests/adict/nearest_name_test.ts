import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { nearestName } from "@ato/core/adict";

const KEYS: readonly string[] = (
  "backbone batch_size betas bias_init_std category checkpoint_interval cutmix_alpha data_root " +
  "dataset decay_rate depth dropout early_stopping embed_dim encoder epochs evaluator " +
  "frozen_stages gamma gradient_clip halving_rate image_size in_channels label_smoothing " +
  "launcher layers log_interval loss_weight max_steps metric mixup_alpha model model.backbone " +
  "model.depth model.head.num_classes momentum num_classes num_heads num_workers optimizer " +
  "optimizer.lr optimizer.weight_decay out_channels output_dir patience pin_memory precision " +
  "pretrained project_name random_seed resume sampler scheduler scheduler.gamma seed shuffle " +
  "strategy temperature tokenizer train_pipeline val_interval verbose warmup_steps weight_decay"
).split(" ").filter((key) => key.length >= 4);

const LETTERS = "abcdefghijklmnopqrstuvwxyz_.0";

/** Every text that is one edit away. */
function* typosOf(key: string): Generator<string> {
  for (let index = 0; index <= key.length; index++) {
    const before = key.slice(0, index);
    const after = key.slice(index + 1);
    if (index < key.length) yield before + after;
    if (index + 1 < key.length && key[index] !== key[index + 1]) {
      yield before + key[index + 1] + key[index] + key.slice(index + 2);
    }
    for (const letter of LETTERS) {
      yield before + letter + key.slice(index);
      if (index < key.length && letter !== key[index]) yield before + letter + after;
    }
  }
}

Deno.test("nearestName() finds the key behind a typo of one edit", () => {
  let total = 0;
  let found = 0;
  for (const key of KEYS) {
    for (const typo of typosOf(key)) {
      total++;
      if (nearestName(typo, KEYS) === key) found++;
    }
  }
  assertGreaterOrEqual(found / total, 0.95);
});

Deno.test("nearestName() counts edits", () => {
  const cases: [name: string, candidates: string[], nearest: string | undefined][] = [
    ["lr", ["lr"], "lr"],
    ["bakcbone", ["backbone"], "backbone"],
    ["ab", ["ba"], "ba"],
    ["abcd", ["badc"], undefined],
    ["abcdef", ["badcef"], "badcef"],
    ["abcdefghi", ["badcfeghi"], "badcfeghi"],
    ["abcdefghijklmno", ["badcfehgijklmno"], undefined],
    ["lr", ["l"], "l"],
    ["epochs", ["epoch", "epocs"], "epoch"],
    ["epochs", ["epocs", "epoch"], "epocs"],
    ["epohcs", ["epos", "epochs"], "epochs"],
    ["model.bakcbone", ["model.backbone", "backbone"], "model.backbone"],
    ["scheduler", ["depth", "backbone"], undefined],
    ["a", ["b"], undefined],
    ["", ["a"], undefined],
    ["a", [], undefined],
  ];
  for (const [name, candidates, nearest] of cases) {
    assertEquals(nearestName(name, candidates), nearest, `${name} in ${candidates}`);
  }
});

Deno.test("nearestName() prefers the same name in other letters", () => {
  assertEquals(nearestName("LR", ["l", "lr"]), "lr");
  assertEquals(nearestName("Backbone", ["backbones", "BACKBONE"]), "BACKBONE");
  assertEquals(nearestName("Bakcbone", ["backbone"]), "backbone");
});

Deno.test("nearestName() takes long names and many candidates", () => {
  const long = "a".repeat(1_000_000);
  assertEquals(nearestName(long, [`${long}b`, long.slice(1)]), undefined);
  assertEquals(nearestName(long, [long]), long);
  const many = Array.from({ length: 20_000 }, (_, index) => `key_${index}`);
  assertEquals(nearestName("kye_19999", many), "key_19999");
});
