/** Every example that the Python original gives of its configs, in the form that it has here. */
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { ADict, MissingKeysError } from "@ato/core/adict";
import { CommandExit, MultiScope, Scope } from "@ato/core/scope";
import { parseArgs } from "@std/cli/parse-args";
import { makeFolder } from "./adict/_folder.ts";

Deno.test("30 seconds: defaults, and overrides from the command line", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function config(cfg) {
    cfg.lr = 0.001;
    cfg.batch_size = 32;
    cfg.model = "resnet50";
  });
  const train = scope.inject((cfg) => `Training ${cfg.model} with lr=${cfg.lr}`);

  await scope.resolve([]);
  assertEquals(await train(), "Training resnet50 with lr=0.001");
  await scope.resolve(["lr=0.01", "model=%resnet101%"]);
  assertEquals(await train(), "Training resnet101 with lr=0.01");
});

Deno.test("structural hashing: keys and types count, values do not", () => {
  const first = new ADict({ lr: 0.1, epochs: 100, model: "resnet50" });
  const second = new ADict({ lr: 0.01, epochs: 200, model: "resnet101" });
  assertEquals(first.getStructuralHash(), second.getStructuralHash());

  const third = new ADict({ lr: 0.1, epochs: "100", model: "resnet50" });
  assertNotEquals(first.getStructuralHash(), third.getStructuralHash());
});

Deno.test("auto-nested configs: mappings appear as they are written into", () => {
  const config = ADict.auto();
  config.model.backbone.layers = [64, 128, 256];
  config.data.augmentation.brightness = 0.2;
  assertEquals(config.toObject(), {
    model: { backbone: { layers: [64, 128, 256] } },
    data: { augmentation: { brightness: 0.2 } },
  });
});

Deno.test("format agnostic: read one format, write another, add what is absent", async () => {
  await using folder = await makeFolder({ "config.json": '{ "lr": 0.1, "epochs": 100 }' });
  const config = await ADict.fromFile(`${folder.path}/config.json`) as ADict;
  await config.dump(`${folder.path}/config.yaml`);
  const written = await ADict.fromFile(`${folder.path}/config.yaml`) as ADict;
  assertEquals(written.toObject(), { lr: 0.1, epochs: 100 });

  config.updateIfAbsent({ lr: 0.01, scheduler: "cosine" });
  assertEquals(config.toObject(), { lr: 0.1, epochs: 100, scheduler: "cosine" });
});

Deno.test("simple configuration: a view that is named on the command line", async () => {
  const scope = new Scope();
  scope.observe(function my_config(config) {
    config.dataset = "cifar10";
    config.lr = 0.001;
    config.batch_size = 32;
  });
  const train = scope.inject((config) => `Training on ${config.dataset}`);

  await scope.resolve(["my_config", "lr=0.001", "batch_size=128"]);
  assertEquals(await train(), "Training on cifar10");
  assertEquals(scope.config.toObject(), { dataset: "cifar10", lr: 0.001, batch_size: 128 });
});

Deno.test("priority-based merging: defaults, then named views", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(cfg) {
    cfg.lr = 0.001;
    cfg.epochs = 100;
  });
  scope.observe({ priority: 1 }, function high_lr(cfg) {
    cfg.lr = 0.01;
  });
  scope.observe({ priority: 2 }, function long_training(cfg) {
    cfg.epochs = 300;
  });
  const resolve = async (...args: string[]) => (await scope.resolve(args)).toObject();

  assertEquals(await resolve(), { lr: 0.001, epochs: 100 });
  assertEquals(await resolve("high_lr"), { lr: 0.01, epochs: 100 });
  assertEquals(await resolve("high_lr", "long_training"), { lr: 0.01, epochs: 300 });
});

Deno.test("the command line: simple values, nested keys, lists, named views", async () => {
  const scope = new Scope();
  scope.observe("my_config", { dataset: "cifar10", lr: 0.1 });
  const resolve = async (...args: string[]) => (await scope.resolve(args)).toObject();

  assertEquals(await resolve("lr=0.01", "batch_size=64"), { lr: 0.01, batch_size: 64 });
  assertEquals(await resolve("model.backbone=%resnet101%", "model.depth=101"), {
    model: { backbone: "resnet101", depth: 101 },
  });
  assertEquals(await resolve("layers=[64,128,256,512]", "dropout=0.5"), {
    layers: [64, 128, 256, 512],
    dropout: 0.5,
  });
  assertEquals(await resolve("my_config", "lr=0.001", "batch_size=128"), {
    dataset: "cifar10",
    lr: 0.001,
    batch_size: 128,
  });
});

Deno.test("lazy evaluation: a view that applies after the command line", async () => {
  const scope = new Scope();
  scope.observe(function base_config(cfg) {
    cfg.model = "resnet50";
    cfg.dataset = "imagenet";
  });
  scope.observe({ lazy: true }, function computed_config(cfg) {
    const isImagenet = cfg.dataset === "imagenet";
    cfg.num_classes = isImagenet ? 1000 : 10;
    cfg.image_size = isImagenet ? 224 : 32;
  });

  const small = await scope.resolve(["dataset=%cifar10%", "computed_config"]);
  assertEquals([small.num_classes, small.image_size], [10, 32]);
  const large = await scope.resolve(["base_config", "computed_config"]);
  assertEquals([large.num_classes, large.image_size], [1000, 224]);
});

Deno.test("lazy evaluation: a block inside a view", async () => {
  const scope = new Scope();
  scope.observe(function my_config(cfg) {
    cfg.model = "resnet50";
    cfg.num_layers = 50;
    scope.lazy(() => {
      if (cfg.model === "resnet101") cfg.num_layers = 101;
    });
  });
  assertEquals((await scope.resolve(["my_config"])).num_layers, 50);
  assertEquals((await scope.resolve(["my_config", "model=%resnet101%"])).num_layers, 101);
});

Deno.test("namespace isolation: two scopes with keys of one name", async () => {
  const modelScope = new Scope({ name: "model" });
  const dataScope = new Scope({ name: "data" });
  const scope = new MultiScope(modelScope, dataScope);
  modelScope.observe({ default: true }, function model_config(model) {
    model.backbone = "resnet50";
    model.lr = 0.1;
  });
  dataScope.observe({ default: true }, function data_config(data) {
    data.dataset = "cifar10";
    data.lr = 0.001;
  });
  const train = scope.inject(({ model, data }) => `Model LR: ${model.lr}, Data LR: ${data.lr}`);
  const table: [args: string[], backbone: string, dataset: string][] = [
    [["model.backbone=%resnet101%"], "resnet101", "cifar10"],
    [["data.dataset=%imagenet%"], "resnet50", "imagenet"],
    [["model.backbone=%resnet101%", "data.dataset=%imagenet%"], "resnet101", "imagenet"],
  ];
  for (const [args, backbone, dataset] of table) {
    const { model, data } = await scope.resolve(args);
    assertEquals([model.backbone, data.dataset], [backbone, dataset]);
    assertEquals(await train(), "Model LR: 0.1, Data LR: 0.001");
  }
});

Deno.test("manual: the order of the views, and what the keys mean", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function config(cfg) {
    cfg.lr = 0.001;
    cfg.batch_size = 32;
    cfg.model = "resnet50";
  });
  scope.manual((docs) => {
    docs.lr = "Learning rate for optimizer";
    docs.batch_size = "Number of samples per batch";
    docs.model = "Model architecture (resnet50, resnet101, etc.)";
  });
  const { output, exitCode } = await assertRejects(() => scope.resolve(["manual"]), CommandExit);
  assertEquals(
    output,
    `\
--------------------------------------------------
[Scope "config"]
(The Applying Order of Views)
config → (CLI Inputs)

(User Manuals)
lr: Learning rate for optimizer
batch_size: Number of samples per batch
model: Model architecture (resnet50, resnet101, etc.)
--------------------------------------------------`,
  );
  assertEquals(exitCode, 0);
});

Deno.test("manual: lazy views stand behind the command line", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(cfg) {
    cfg.lr = 0.001;
  });
  scope.observe({ priority: 1 }, function experiment_config(cfg) {
    cfg.lr = 0.01;
  });
  scope.observe({ priority: 2 }, function another_config(cfg) {
    cfg.lr = 0.1;
  });
  scope.observe({ lazy: true }, function adaptive_lr(cfg) {
    if (cfg.batch_size > 64) cfg.lr = cfg.lr * 2;
  });
  const { output } = await assertRejects(() => scope.resolve(["manual"]), CommandExit);
  assertEquals(
    output.split("\n")[3],
    "defaults → experiment_config → another_config → (CLI Inputs) → adaptive_lr",
  );

  const views = ["experiment_config", "another_config", "adaptive_lr"];
  assertEquals((await scope.resolve([...views, "batch_size=32"])).lr, 0.1);
  assertEquals(scope.explain("lr").map(({ writer }) => writer.name), [
    "defaults",
    ...views.slice(0, 2),
  ]);
  assertEquals((await scope.resolve([...views, "batch_size=128"])).lr, 0.2);
});

Deno.test("import and export: a view loads and writes files of any format", async () => {
  await using folder = await makeFolder({
    "experiments/baseline.json": '{ "lr": 0.1 }',
    "models/resnet.yaml": "backbone: resnet50\nlayers: [64, 128]\n",
  });
  const scope = new Scope();
  scope.observe(async function load_external(config) {
    await config.load(`${folder.path}/experiments/baseline.json`);
    assertEquals(config.toObject(), { lr: 0.1 });
    await config.load(`${folder.path}/models/resnet.yaml`);
    await config.dump(`${folder.path}/output/final_config.toml`);
  });
  const config = await scope.resolve(["load_external"]);
  const written = await ADict.fromFile(`${folder.path}/output/final_config.toml`) as ADict;
  assertEquals(written.toObject(), config.toObject());
});

Deno.test("hierarchical composition: a base, options of groups, overrides, required keys", async () => {
  await using folder = await makeFolder({
    "config.yaml": "epochs: 100\n",
    "model/resnet50.yaml": "backbone: resnet50\nlr: 0.1\n",
    "data/imagenet.yaml": "dataset: imagenet\nbatch_size: 256\n",
  });
  const options = {
    root: folder.path,
    configFilename: "config",
    select: { model: "resnet50", data: "imagenet" },
    overrides: { "model.lr": 0.01, "data.batch_size": 64 },
  };
  const config = await ADict.composeHierarchy({
    ...options,
    required: ["model.backbone", "data.dataset"],
    onMissing: "warn",
  });
  assertEquals(config.toObject() as object, {
    epochs: 100,
    model: { backbone: "resnet50", lr: 0.01 },
    data: { dataset: "imagenet", batch_size: 64 },
  });
  await assertRejects(
    () => ADict.composeHierarchy({ ...options, required: ["model.weights"], onMissing: "error" }),
    MissingKeysError,
    "model.weights",
  );
});

Deno.test("another parser: its defaults below all views, what was given above", async () => {
  const defaults = { gpu: 0, seed: 42 };
  const scope = new Scope();
  scope.observe({ default: true }, function config(cfg) {
    cfg.lr = 0.001;
    cfg.batch_size = 32;
    cfg.seed = 7;
  });
  const train = scope.inject((cfg) => `GPU: ${cfg.gpu}, LR: ${cfg.lr}, seed: ${cfg.seed}`);

  const parsed = parseArgs(["--gpu", "1", "lr=0.01"], { default: defaults });
  scope.mergeFlags(parsed, { defaults });
  await scope.resolve(parsed._.map(String));
  assertEquals(await train(), "GPU: 1, LR: 0.01, seed: 7");

  const own = new Scope({ flags: { default: defaults } });
  assertEquals((await own.resolve(["--gpu", "1"])).toObject(), { gpu: 1, seed: 42 });
});

Deno.test("config organization: groups of keys in one default view", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(cfg) {
    cfg.data = new ADict({ dataset: "cifar10", batch_size: 32, num_workers: 4 });
    cfg.model = new ADict({ backbone: "resnet50", pretrained: true });
    cfg.train = new ADict({ lr: 0.001, epochs: 100, optimizer: "adam" });
    cfg.experiment = new ADict({
      project_name: "my_project",
      sql: new ADict({ db_path: "sqlite:///experiments.db" }),
    });
  });
  const config = await scope.resolve(["train.lr=0.1", "experiment.sql.db_path=%:memory:%"]);
  assertEquals(config.train.toObject(), { lr: 0.1, epochs: 100, optimizer: "adam" });
  assertEquals(config.experiment.sql.db_path, ":memory:");
  assertEquals(config.pick(["data.dataset", "model"]).toObject() as object, {
    data: { dataset: "cifar10" },
    model: { backbone: "resnet50", pretrained: true },
  });
});

Deno.test("OpenMMLab: a config of theirs is loaded with its bases", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/_base_`);
  await Deno.writeTextFile(`${folder}/_base_/rcnn.py`, "model = dict(type='RCNN', depth=50)\n");
  const child = `${folder}/faster_rcnn.py`;
  await Deno.writeTextFile(child, "_base_ = '_base_/rcnn.py'\nmodel = dict(depth=101)\n");
  const config = new ADict() as ADict;
  await config.loadMmConfig(child);
  assertEquals(config.toObject(), { model: { type: "RCNN", depth: 101 } });
  await Deno.remove(folder, { recursive: true });
});
