import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import {
  ADict,
  type ComposeHierarchyOptions,
  ConfigFileError,
  ConfigSyntaxError,
  MissingKeysError,
} from "@ato/core/adict";
import fc from "../_property.ts";
import { makeFolder } from "./_folder.ts";
import { runChild } from "../_child.ts";

const FILES: Readonly<Record<string, string>> = {
  "config.yaml": "epochs: 90\nmodel:\n  lr: 0.1\n  depth: 18\nseed: 7\n",
  "other.json": '{"epochs": 1}',
  "model/resnet50.toml": 'backbone = "resnet50"\ndepth = 50\n[head]\nsize = 10\n',
  "model/vit.yml": "backbone: vit\npatch: 16\n",
  "model/empty.yaml": "# nothing\n",
  "model/list.json": "[1]",
  "model/broken.json": '{"a": ',
  "model/twice.json": "{}",
  "model/twice.yaml": "",
  "model/v1.5.yaml": "version: 1.5\n",
  "model/notes.txt": "no config",
  "model/head/linear.json": '{"bias": false}',
  "model/vision/swin.XYZ": "backbone: swin\n",
  "data/imagenet.yaml": "dataset: imagenet\nclasses: 1000\n",
  "data/augment.yaml": "flip: true\nclasses: 1001\n",
  "data.v2/a.json": '{"x": 1}',
  "outside.yaml": "secret: 1\n",
  "inner/config.yaml": "a: 1\n",
};

type Options = Omit<ComposeHierarchyOptions, "root">;

const RESNET = { backbone: "resnet50", depth: 50, head: { size: 10 } };

const COMPOSED: Record<string, [options: Options, config: object, files: string[]]> = {
  "the base alone": [
    {},
    { epochs: 90, model: { lr: 0.1, depth: 18 }, seed: 7 },
    ["config.yaml"],
  ],
  "an option under the name of its group": [
    { select: { model: "resnet50" } },
    { epochs: 90, model: { lr: 0.1, ...RESNET }, seed: 7 },
    ["config.yaml", "model/resnet50.toml"],
  ],
  "several options in their order": [
    { select: { data: ["imagenet", "augment"] }, configFilename: "other" },
    { epochs: 1, data: { dataset: "imagenet", classes: 1001, flip: true } },
    ["other.json", "data/imagenet.yaml", "data/augment.yaml"],
  ],
  "several options in the other order": [
    { select: { data: ["augment", "imagenet"] }, configFilename: "other" },
    { epochs: 1, data: { flip: true, classes: 1000, dataset: "imagenet" } },
    ["other.json", "data/augment.yaml", "data/imagenet.yaml"],
  ],
  "a group in a group": [
    { select: { "model/head": "linear" }, configFilename: "other.json" },
    { epochs: 1, model: { head: { bias: false } } },
    ["other.json", "model/head/linear.json"],
  ],
  "groups in the order of the selection": [
    { select: { "model/head": "linear", model: "resnet50" }, configFilename: "other" },
    {
      epochs: 1,
      model: { head: { bias: false, size: 10 }, backbone: "resnet50", depth: 50 },
    },
    ["other.json", "model/head/linear.json", "model/resnet50.toml"],
  ],
  "an option in a folder of its group": [
    { select: { model: "vision/swin" }, configFilename: "other" },
    { epochs: 1, model: { backbone: "swin" } },
    ["other.json", "model/vision/swin.XYZ"],
  ],
  "a base in a folder": [{ configFilename: "inner/config" }, { a: 1 }, ["inner/config.yaml"]],
  "names with dots": [
    { select: { model: ["v1.5", "vit.yml"], "data.v2": "a" }, configFilename: "other" },
    {
      epochs: 1,
      model: { version: 1.5, backbone: "vit", patch: 16 },
      "data.v2": { x: 1 },
    },
    ["other.json", "model/v1.5.yaml", "model/vit.yml", "data.v2/a.json"],
  ],
  "no option and an empty file": [
    { select: { data: [], model: "empty" }, configFilename: "other" },
    { epochs: 1, model: {} },
    ["other.json", "model/empty.yaml"],
  ],
  "overrides above all": [
    {
      select: { model: "vit" },
      overrides: { "model.lr": 0.01, "data.path[0]": "x", seed: { a: 1 } },
      configFilename: "config",
    },
    {
      epochs: 90,
      model: { lr: 0.01, depth: 18, backbone: "vit", patch: 16 },
      data: { path: ["x"] },
      seed: { a: 1 },
    },
    ["config.yaml", "model/vit.yml"],
  ],
};

for (const [name, [options, config, files]] of Object.entries(COMPOSED)) {
  Deno.test(`ADict.composeHierarchy() composes ${name}`, async () => {
    await using folder = await makeFolder(FILES);
    const used: string[] = [];
    const onFile = (path: string) => used.push(path.slice(folder.path.length + 1));
    const composed = await ADict.composeHierarchy({ root: folder.path, onFile, ...options });
    assertEquals(composed.toObject(), config);
    assertEquals(used, files);
    const url = new URL(`file://${folder.path}/`);
    assertEquals((await ADict.composeHierarchy({ root: url, ...options })).toObject(), config);
    assertEquals(
      (await ADict.composeHierarchy({ root: `${folder.path}/`, ...options })).toObject(),
      config,
    );
  });
}

/** What is missing, with `%` for the root. */
const MISSING: Record<string, [options: Options, message: string]> = {
  "a base": [
    { configFilename: "confg" },
    'Cannot read "%/confg": no such file, expected one of "config", "other", "outside"; ' +
    'did you mean "config"?',
  ],
  "an option": [
    { select: { data: "imagnet" } },
    'Cannot read "%/data/imagnet": no such option of "data", expected one of "augment", ' +
    '"imagenet"; did you mean "imagenet"?',
  ],
  "an option like no other": [
    { select: { "model/head": "transformer" } },
    'Cannot read "%/model/head/transformer": no such option of "model/head", ' +
    'expected one of "linear"',
  ],
  "an option that is no config": [
    { select: { model: "notes" } },
    'Cannot read "%/model/notes": no such option of "model", expected one of "broken", "empty", ' +
    '"list", "resnet50", "twice", "v1.5", "vit"',
  ],
  "a group": [
    { select: { modle: "vit" } },
    'Cannot read "%/modle": no such folder, expected one of "data", "data.v2", "inner", "model"; ' +
    'did you mean "model"?',
  ],
  "a group in a group": [
    { select: { "model/haed/x": "linear" } },
    'Cannot read "%/model/haed": no such folder, expected one of "head", "vision"; ' +
    'did you mean "head"?',
  ],
  "a folder below which there is none": [
    { configFilename: "inner/deep/config" },
    'Cannot read "%/inner/deep": no such folder, there are none at all',
  ],
};

for (const [name, [options, message]] of Object.entries(MISSING)) {
  Deno.test(`ADict.composeHierarchy() says that ${name} is missing`, async () => {
    await using folder = await makeFolder(FILES);
    const root = folder.path;
    const error = await assertRejects(
      () => ADict.composeHierarchy({ root, ...options }),
      ConfigFileError,
    );
    const expected = message.replace("%", root);
    assertEquals([error.message, error.path, error.exitCode], [expected, root, 1]);
    const warnings: string[] = [];
    const config = await ADict.composeHierarchy({
      root,
      ...options,
      onMissing: "warn",
      onWarning: (warning) => warnings.push(warning),
    });
    assertEquals(warnings, [expected]);
    const isBaseThere = options.configFilename === undefined;
    assertEquals(config.toObject(), isBaseThere ? COMPOSED["the base alone"]![1] : {});
  });
}

Deno.test("ADict.composeHierarchy() names all missing files at once", async () => {
  await using folder = await makeFolder(FILES);
  const options: Options = {
    configFilename: "bose",
    select: { model: ["vot", "vit"], data: "imagenot" },
  };
  const error = await assertRejects(
    () => ADict.composeHierarchy({ root: folder.path, ...options }),
    ConfigFileError,
  );
  assertEquals(
    error.message.split("\n").map((line) => /Cannot read "[^"]*\/(\w+)"/.exec(line)?.[1]),
    ["bose", "vot", "imagenot"],
  );
  const { model } = await ADict.composeHierarchy({
    root: folder.path,
    ...options,
    onMissing: "warn",
    onWarning: () => {},
  });
  assertEquals(model.toObject(), { backbone: "vit", patch: 16 });
});

Deno.test("ADict.composeHierarchy() says that the root is missing", async () => {
  await using folder = await makeFolder();
  await assertRejects(
    () => ADict.composeHierarchy({ root: `${folder.path}/no`, select: { model: "vit" } }),
    ConfigFileError,
    `Cannot read "${folder.path}/no": no such folder, expected one that exists`,
  );
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await assertRejects(
    () => ADict.composeHierarchy({ root: `${folder.path}/file` }),
    ConfigFileError,
    "a part of the path is a file, expected folders",
  );
});

Deno.test("ADict.composeHierarchy() does not guess between two files of one name", async () => {
  await using folder = await makeFolder(FILES);
  for (const onMissing of ["error", "warn"] as const) {
    await assertRejects(
      () => ADict.composeHierarchy({ root: folder.path, select: { model: "twice" }, onMissing }),
      ConfigFileError,
      `Cannot read "${folder.path}/model/twice": it may be "twice.json" and "twice.yaml", ` +
        "expected one of them",
    );
  }
  const select = { model: "twice.json" };
  const config = await ADict.composeHierarchy({ root: folder.path, select });
  assertEquals(config.model.toObject(), { lr: 0.1, depth: 18 });
});

Deno.test("ADict.composeHierarchy() names all missing keys at once, and the nearest", async () => {
  await using folder = await makeFolder(FILES);
  const error = await assertRejects(
    () =>
      ADict.composeHierarchy({
        root: folder.path,
        select: { model: "vit" },
        required: [
          "model.backbone",
          "model.bakcbone",
          "sead",
          "data.dataset",
          "model[0]",
          "epochs",
        ],
      }),
    MissingKeysError,
  );
  assertEquals(
    error.message,
    `Cannot compose "${folder.path}": 4 required keys are missing\n` +
      '  model.bakcbone, did you mean "model.backbone"?\n' +
      '  sead, did you mean "seed"?\n' +
      "  data.dataset\n" +
      "  model[0]",
  );
  assertEquals(error.exitCode, 1);
  const overrides = { "data.dataset": null };
  const required = ["data.dataset", "model"];
  await ADict.composeHierarchy({ root: folder.path, overrides, required });
});

Deno.test("ADict.composeHierarchy() counts no requirement as read", async () => {
  await using folder = await makeFolder(FILES);
  const config = await ADict.composeHierarchy({ root: folder.path, required: ["model.lr"] });
  assertEquals(config.accessedKeys(), []);
});

Deno.test("ADict.composeHierarchy() lets no name out of the root", async () => {
  await using folder = await makeFolder(FILES);
  const root = `${folder.path}/inner`;
  const names = [
    "..",
    "../outside",
    "a/../../outside",
    "/etc/passwd",
    `${folder.path}/outside`,
    "./config",
    "a//b",
    "",
    "a/",
    "..\\outside",
    "\\outside",
    "C:",
    "C:outside",
    "a/C:/b",
    "a\0b",
    "a/.",
  ];
  for (const name of names) {
    for (
      const options of [
        { configFilename: name },
        { select: { [name]: "config" } },
        { select: { model: name } },
        { select: { model: ["x", name] } },
      ]
    ) {
      const error = await assertRejects(
        () => ADict.composeHierarchy({ root, ...options, onMissing: "warn", onWarning: () => {} }),
        ConfigFileError,
        "no name of a file or folder in it",
        JSON.stringify(options),
      );
      assertEquals(error.exitCode, 1);
    }
  }
});

Deno.test("ADict.composeHierarchy() reads nothing outside of the root, whatever the names", async () => {
  await using folder = await makeFolder(FILES);
  const root = `${folder.path}/inner`;
  const steps = fc.constantFrom("..", ".", "", "a", "inner", "config", "outside", "\\", "/", "~");
  const names = fc.array(steps, { maxLength: 5 }).map((parts) => parts.join("/"));
  await fc.assert(
    fc.asyncProperty(names, names, names, async (configFilename, group, option) => {
      const onFile = (path: string) => {
        assert(path.startsWith(`${root}/`) && !path.includes(".."), path);
      };
      try {
        await ADict.composeHierarchy({
          root,
          configFilename,
          select: { [group]: option },
          onFile,
          onMissing: "warn",
          onWarning: () => {},
        });
      } catch (error) {
        assert(error instanceof ConfigFileError, Deno.inspect(error));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test({
  name: "ADict.composeHierarchy() follows symbolic links",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await makeFolder(FILES);
    await Deno.symlink("../outside.yaml", `${folder.path}/inner/linked.yaml`);
    await Deno.symlink("../model", `${folder.path}/inner/model`);
    const config = await ADict.composeHierarchy({
      root: `${folder.path}/inner`,
      configFilename: "linked",
      select: { model: "vit" },
    });
    assertEquals(config.toObject(), { secret: 1, model: { backbone: "vit", patch: 16 } });
  },
});

Deno.test("ADict.composeHierarchy() refuses what is no mapping or cannot be parsed", async () => {
  await using folder = await makeFolder(FILES);
  const compose = (option: string) => () =>
    ADict.composeHierarchy({ root: folder.path, select: { model: option } });
  await assertRejects(
    compose("list"),
    ConfigFileError,
    `Cannot use "${folder.path}/model/list.json" as a config: it holds a list of`,
  );
  await assertRejects(compose("broken"), ConfigSyntaxError, "model/broken.json:1:7");
});

Deno.test("ADict.composeHierarchy() refuses options of the wrong type, and __proto__", async () => {
  await using folder = await makeFolder({ ...FILES, "__proto__/a.json": '{"polluted": true}' });
  const compose = (options: object) => () =>
    ADict.composeHierarchy({ root: folder.path, ...options });
  await assertRejects(
    compose({ select: { model: 3 } }),
    TypeError,
    'Cannot select an option of "model": received 3, expected its name',
  );
  await assertRejects(
    compose({ overides: {} }),
    TypeError,
    'Cannot compose with "overides": no such option, expected "overrides"',
  );
  await assertRejects(compose({ onMissing: "ignore" }), TypeError, 'expected "error" or "warn"');
  await assertRejects(compose({ select: { ["__proto__"]: "a" } }), TypeError, "reserved");
  await assertRejects(compose({ overrides: { "__proto__.x": 1 } }), TypeError, "reserved");
  await assertRejects(compose({ overrides: { "a..b": 1 } }), SyntaxError, "Cannot read the path");
  await assertRejects(compose({ overrides: { "seed.x": 1 } }), TypeError, '"seed" is a number');
  assertFalse("polluted" in {});
});

Deno.test("ADict.composeHierarchy() warns on standard error by default", async () => {
  await using folder = await makeFolder({
    "config.json": '{"epochs": 90}',
    "data/imagenet.json": "{}",
    "data/augment.json": "{}",
  });
  const { code, stdout, stderr } = await runChild("adict/_compose_worker.ts", {
    args: [folder.path],
    permissions: [`--allow-read=${folder.path}`],
  });
  assertEquals([code, stdout], [0, '{"epochs":90}\n']);
  assertEquals(
    stderr,
    `warning: Cannot read "${folder.path}/data/no": no such option of "data", ` +
      'expected one of "augment", "imagenet"\n',
  );
});

Deno.test("ADict.composeHierarchy() gives a config of its own class", async () => {
  await using folder = await makeFolder(FILES);
  const config = await ADict.composeHierarchy({ root: folder.path });
  assert(config instanceof ADict);
  assertEquals(config.getStructuralHash(), new ADict(config.toObject()).getStructuralHash());
});

/** The base passes where it is there, and is an error where it is not, and options have a place. */
Deno.test("ADict.composeHierarchy() has none of the defects of the reference", async () => {
  await using folder = await makeFolder(FILES);
  const root = folder.path;
  const config = await ADict.composeHierarchy({ root, select: { model: "vit" } });
  assertEquals(config.model.backbone, "vit");
  assertFalse(config.has("backbone"));
  await assertRejects(
    () => ADict.composeHierarchy({ root, configFilename: "no_such_base" }),
    ConfigFileError,
  );
});
