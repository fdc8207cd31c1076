import {
  ADict,
  ConfigFileError,
  ConfigSyntaxError,
  FrozenConfigError,
  watch,
} from "@ato/core/adict";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { runChild } from "../_child.ts";
import { makeFolder } from "./_folder.ts";
import { loadFiles, loadText } from "./_mm_config.ts";

Deno.test("fromMmConfig() merges a config over its bases", async () => {
  const config = await loadFiles({
    "a.py": `
_base_ = ['base/model.py', 'base/data.yaml', 'base/run.json']
model = dict(lr=0.01, neck=dict(_delete_=True, type='None'), head=dict(classes=10))
workers = 8
added = dict(_delete_=True, x=1)
`,
    "base/model.py": `
_base_ = './deep.py'
model = dict(lr=0.1, neck=dict(type='FPN', levels=3))
`,
    "base/deep.py": "model = dict(depth=50, head=dict(type='Head'))\n",
    "base/data.yaml": "workers: 4\nroot: data\n",
    "base/run.json": '{"epochs": 10}',
  });
  assertEquals(config, {
    model: {
      depth: 50,
      lr: 0.01,
      neck: { type: "None" },
      head: { type: "Head", classes: 10 },
    },
    workers: 8,
    root: "data",
    epochs: 10,
    // As in mmengine, where there is nothing to delete.
    added: { _delete_: true, x: 1 },
  });
});

Deno.test("fromMmConfig() lets a config read and change its bases", async () => {
  const config = await loadFiles({
    "a.py": `
_base_ = ['b.py']
lr = _base_.model.lr / 2
depths = [{{_base_.model.depth}}, _base_['model']['depth']]
copied = {{_base_.model}}
_base_.model.depth = 101
_base_.model.update(dict(head=dict(classes=10)))
_base_.stages[0]['out'] = 64
_base_.model.merge(dict(neck=dict(_delete_=True, levels=5)))
del _base_.unused
popped = _base_.pop('nothing')
`,
    "b.py": `
model = dict(depth=50, lr=0.1, head=dict(type='Head'), neck=dict(type='FPN'))
stages = [dict(out=32)]
unused = 1
`,
  });
  assertEquals(config, {
    model: { depth: 101, lr: 0.1, head: { type: "Head", classes: 10 }, neck: { levels: 5 } },
    stages: [{ out: 64 }],
    lr: 0.05,
    depths: [101, 50],
    copied: { depth: 101, lr: 0.1, head: { type: "Head", classes: 10 }, neck: { levels: 5 } },
    popped: null,
  });
});

Deno.test("fromMmConfig() finds bases by expressions and in packages", async () => {
  const files = {
    "configs/a.py": `
_base_ = [f'../{"bases"}/' + 'b.py', osp.join('..', 'bases', 'c.py'), 'mmthing::models/d.py']
e = dict(layers=[dict(type='Mine')])
`,
    "bases/b.py": "b = 1\n",
    "bases/c.py": "c = 2\n",
    "packages/thing/configs/models/d.py":
      "_base_ = '../e.py'\nd = dict(type='D', f=dict(type='F'))\n",
    "packages/thing/configs/e.py": "e = dict(layers=[dict(type='E')])\n",
  };
  await using folder = await makeFolder(files);
  const searchPaths = { mmthing: `${folder.path}/packages/thing` };
  const config = await ADict.fromMmConfig(`${folder.path}/configs/a.py`, { searchPaths });
  assertEquals(config.toObject(), {
    b: 1,
    c: 2,
    d: { type: "D", f: { type: "F" }, _scope_: "mmthing" },
    e: { layers: [{ type: "Mine" }] },
  });
});

Deno.test("fromMmConfig() replaces templates before it parses", async () => {
  await using folder = await makeFolder({
    "my.config.py": `
a = '{{ fileDirname }}/{{fileBasename}}'
b = ['{{ fileBasenameNoExtension }}', '{{fileExtname}}']
c = '{{ $ATO_TEST_UNSET:default }}/x'
d = {{'$ATO_TEST_UNSET:80'}}
e = '{{ question }}'
f = missing
`,
  });
  const path = `${folder.path}/my.config.py`;
  // The place is that in the file, although what stands before it has another length.
  const error = await assertRejects(() => ADict.fromMmConfig(path), ConfigSyntaxError);
  assertEquals([error.line, error.column], [7, 5]);
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("f = missing\n", ""));
  assertEquals((await ADict.fromMmConfig(path)).toObject(), {
    a: path,
    b: ["my.config", ".py"],
    c: "default/x",
    d: 80,
    e: "{{ question }}",
  });
});

Deno.test("fromMmConfig() reads configs that import their bases", async () => {
  const files = {
    "x/a.py": `
from mmengine.config import read_base
import torch.nn as nn
import numpy
from mmdet.models import RetinaNet as Net
from .y.local import thing

with read_base():
    from .base import *
    from ..other import schedule as plan, lr
    from .base import model as same

model.backbone.depth = 101
same['added'] = 1
plan.update(gamma=0.5)
optimizer = dict(type=nn.SGD, lr=lr * 2, dtype=numpy.float32)
detector = Net
local = thing
`,
    "x/base.py": `
from torch.optim import Adam
model = dict(type=Adam, backbone=dict(depth=50))
`,
    "other.py": "schedule = dict(steps=[1, 2], gamma=0.1)\nlr = 0.1\n",
  };
  assertEquals(await loadFiles(files), {
    model: { type: "torch.optim.Adam", backbone: { depth: 101 }, added: 1 },
    same: { type: "torch.optim.Adam", backbone: { depth: 101 }, added: 1 },
    plan: { steps: [1, 2], gamma: 0.5 },
    lr: 0.1,
    optimizer: { type: "torch.nn.SGD", lr: 0.2, dtype: "numpy.float32" },
    detector: "mmdet.models.RetinaNet",
    local: ".y.local.thing",
  });
});

Deno.test("fromMmConfig() reads the older form of imported bases, and absolute ones", async () => {
  await using folder = await makeFolder({
    "a.py": `
if '_base_':
    from .b import *
    from thing.configs.c import c
`,
    "b.py": "b = 1\n",
    "clone/thing/configs/c.py": "c = 2\n",
  });
  const searchPaths = { thing: new URL(`file://${folder.path}/clone`) };
  const config = await ADict.fromMmConfig(`${folder.path}/a.py`, { searchPaths });
  assertEquals(config.toObject(), { b: 1, c: 2 });
});

Deno.test("fromMmConfig() loads what a config loads from its own folder", async () => {
  await using folder = await makeFolder({ "b.json": '{"x": [1, {"y": 2}]}', "c/d.py": "" });
  const main = `${folder.path}/a.py`;
  await Deno.writeTextFile(
    main,
    `
from mmengine import Config
import os.path as osp
other = Config.fromfile('${folder.path}/b.json')
y = other.x[1].y + 1
found = [osp.exists('${folder.path}/c'), osp.isfile('${folder.path}/c/d.py'), osp.isdir('/etc')]
`,
  );
  const { other, y, found } = await ADict.fromMmConfig(main);
  assertEquals([other.toObject(), y, found], [{ x: [1, { y: 2 }] }, 3, [true, true, false]]);
});

Deno.test("fromMmConfig() keeps dicts of a file shared, and copies those of a base", async () => {
  const config = await loadFiles({
    "a.py": `
_base_ = 'b.py'
norm = dict(type='BN')
first = dict(norm=norm)
second = dict(norm=norm)
norm['eps'] = 1e-5
_base_.kept = norm
norm['late'] = True
third = [norm] * 2
third[0]['third'] = 3
`,
    "b.py": "x = 1\n",
  });
  const norm = { type: "BN", eps: 1e-5, late: true, third: 3 };
  assertEquals(config, {
    x: 1,
    kept: { type: "BN", eps: 1e-5 },
    norm,
    first: { norm },
    second: { norm },
    third: [norm, norm],
  });
});

Deno.test("fromMmConfig() drops functions and modules, and tells of deprecation", async () => {
  const warnings: string[] = [];
  const config = await loadFiles({
    "a.py": `
import os
from os.path import join
_base_ = 'b.py'
def helper():
    return 1
_private = 2
__hidden = 3
x = helper()
f = lambda: 1
y = len
z = [].append
`,
    "b.py": "_deprecation_ = dict(expected='c.py', reference='the guide')\n",
  }, { onWarning: (message) => warnings.push(message) });
  assertEquals(config, {
    _private: 2,
    x: 1,
    y: "<function len>",
    z: "<function append>",
  });
  assertEquals(warnings.map((warning) => warning.replace(/^".*\//, '"')), [
    '"b.py" is deprecated, use "c.py" instead, see the guide',
  ]);
});

Deno.test("fromMmConfig() draws a circle among bases", async () => {
  await using folder = await makeFolder({
    "a.py": "_base_ = 'b/b.py'\n",
    "b/b.py": "x = 1\n_base_ = ['../c.py']\n",
    "c.py": "_base_ = 'b/../b/b.py'\n",
  });
  const [b, c] = [`${folder.path}/b/b.py`, `${folder.path}/c.py`];
  await assertRejects(
    () => ADict.fromMmConfig(`${folder.path}/a.py`),
    ConfigSyntaxError,
    `Cannot parse "${c}:1:10": the bases lead in a circle: ${b} → ${c} → ${b}`,
  );
});

Deno.test("fromMmConfig() names the place and the nearest name", async () => {
  const cases: [text: string, message: string][] = [
    [
      "lr = 0.1\nx = lrr * 2",
      '2:5": the name lrr is not defined, expected one that is; did you mean lr?',
    ],
    [
      "a = dict(depth=1)\nb = a['dpeth']",
      '2:5": no key \'dpeth\', expected one that is there; did you mean "depth"?',
    ],
    [
      "a = 'x'.uper()",
      '1:5": a str has no attribute uper here, expected one that configs use; did you mean "upper"?',
    ],
    [
      "a = sorted([1], revers=True)",
      '1:5": sorted() with revers which it does not know, expected its own arguments, once; did you mean "reverse"?',
    ],
    ["a = [1,\n     2", '1:5": [ is not closed, expected ]'],
    ["a = 'b", "1:5\": a string is not closed, expected '"],
    ["a = dict(b=1\n         c=2)", '2:10": "c" stands here, expected valid Python'],
    ["_base_ = 'x.py'", '1:10": the base "x.py" cannot be read as "'],
    [
      "def f(x):\n    return x / 0\na = [f(y) for y in [1]]",
      '2:12": a division by zero, expected another divisor',
    ],
  ];
  for (const [text, message] of cases) {
    await assertRejects(() => loadText(text), ConfigSyntaxError, message);
  }
});

Deno.test("fromMmConfig() names both bases that set a key", async () => {
  const files = {
    "a.py": "_base_ = ['b.py', 'c.py']\n",
    "b.py": "x = 1\n",
    "c.py": "y = 1\nx = 2\n",
  };
  const error = await assertRejects(() => loadFiles(files), ConfigSyntaxError);
  assert(
    /c\.py:2:1": the key "x" is set by ".*\/b\.py" as well/.test(error.message),
    error.message,
  );
});

Deno.test("fromMmConfig() keeps bases inside of a root", async () => {
  const files = { "in/a.py": "_base_ = '../b.py'\n", "b.py": "x = 1\n" };
  await using folder = await makeFolder(files);
  const path = `${folder.path}/in/a.py`;
  assertEquals((await ADict.fromMmConfig(path, { root: folder.path })).x, 1);
  await assertRejects(
    () => ADict.fromMmConfig(path, { root: `${folder.path}/in` }),
    ConfigSyntaxError,
    `1:10": the base "../b.py" is outside of "${folder.path}/in", expected one inside of the root`,
  );
});

Deno.test("fromMmConfig() refuses options and files that it does not know", async () => {
  await assertRejects(
    () => ADict.fromMmConfig("a.py", { searchPath: {} } as object),
    TypeError,
    'Cannot load a config with the option "searchPath": it is not known, expected one of ' +
      'searchPaths, root, onWarning; did you mean "searchPaths"?',
  );
  await assertRejects(
    () => ADict.fromMmConfig("a.toml"),
    ConfigFileError,
    'Cannot read "a.toml": no config of OpenMMLab, expected one of .py, .json, .yaml, .yml',
  );
  await assertRejects(() => ADict.fromMmConfig("no.py"), ConfigFileError, "no such file");
});

Deno.test("loadMmConfig() and load() give the place of each value, through all bases", async () => {
  await using folder = await makeFolder({
    "a.py":
      "_base_ = ['b.py', 'c.yaml']\nmodel = dict(lr=0.01, name='{{ fileBasename }}', size=(1, 2))\nx = {{_base_.y}}\n",
    "b.py":
      "a = dict(\n    depth=50, lr=0.1,\n    stages=[dict(out=i) for i in range(2)])\nmodel = dict(**a)\n",
    "c.yaml": "# data\ny:\n  - z: 1\n",
  });
  for (const method of ["load", "loadMmConfig"] as const) {
    const config = new ADict({ old: 1 });
    const places: Record<string, string> = {};
    let locate: Parameters<NonNullable<Parameters<typeof watch>[1]["onWrite"]>>[0]["locate"];
    using _watch = watch(config, { onWrite: (write) => locate = write.locate });
    await config[method](`${folder.path}/a.py`);
    assertEquals(config.has("old"), false);
    for (
      const path of [
        ["model", "lr"],
        ["model", "depth"],
        ["model", "size", 1],
        ["model", "stages", 1, "out"],
        ["y", 0, "z"],
        ["x"],
        ["x", 0, "z"],
        ["model"],
      ]
    ) {
      const { line, column, file = "a.py" } = (await locate!(path))!;
      places[path.join(".")] = `${file.split("/").at(-1)}:${line}:${column}`;
    }
    assertEquals(places, {
      "model.lr": "a.py:2:14",
      "model.depth": "b.py:2:5",
      "model.size.1": "a.py:2:59",
      "model.stages.1.out": "b.py:3:18",
      "y.0.z": "c.yaml:3:5",
      "x": "a.py:3:1",
      "x.0.z": "c.yaml:3:5",
      "model": "a.py:2:1",
    });
    assertEquals(await locate!(["nothing"]), undefined);
  }
});

Deno.test("loadMmConfig() leaves a frozen config, and one whose file is wrong, as it was", async () => {
  await using folder = await makeFolder({ "a.py": "x = 1\n", "b.py": "x = y\n" });
  const config = new ADict({ kept: 1 });
  await assertRejects(() => config.loadMmConfig(`${folder.path}/b.py`), ConfigSyntaxError);
  config.freeze();
  await assertRejects(() => config.loadMmConfig(`${folder.path}/a.py`), FrozenConfigError);
  assertEquals(config.toObject(), { kept: 1 });
});

Deno.test("fromMmConfig() reads YAML and JSON with bases and templates", async () => {
  const files = {
    "a.yaml": "_base_: [b.json, c.py]\nx: {{ _base_.y }}\nname: '{{ fileBasename }}'\nz:\n  w: 2\n",
    "b.json": '{"y": {"v": 1.5}}',
    "c.py": "z = dict(u=1 / 4)\n",
  };
  const y = { v: 1.5 };
  assertEquals(await loadFiles(files), { y, z: { u: 0.25, w: 2 }, x: y, name: "a.yaml" });
});

Deno.test("composeHierarchy() takes .py files as options", async () => {
  await using folder = await makeFolder({
    "config.yaml": "model: {lr: 0.1}\n",
    "model/resnet.py": "_base_ = 'base.py'\ndepth = 50\n",
    "model/base.py": "width = 64\n",
  });
  const config = await ADict.composeHierarchy({ root: folder.path, select: { model: "resnet" } });
  assertEquals(config.toObject(), { model: { lr: 0.1, width: 64, depth: 50 } });
});

Deno.test("fromFile() reads .py files, and dump() does not write them", async () => {
  await using folder = await makeFolder({ "a.py": "x = 1 // 2\n" });
  assertEquals((await ADict.fromFile(`${folder.path}/a.py`)).toObject(), { x: 0 });
  await assertRejects(
    () => new ADict({ x: 1 }).dump(`${folder.path}/b.py`),
    ConfigFileError,
    `b.py": .py is only read, expected one of .json, .jsonl, .yaml, .yml, .toml, .xyz`,
  );
});

Deno.test("fromMmConfig() needs no permission but to read the config and its bases", async () => {
  await using folder = await makeFolder({
    "a.py":
      "_base_ = 'b.py'\nimport os\nx = os.environ.get('HOME', 'none')\nh = '{{$HOME:none}}'\n",
    "b.py": "import os.path as osp\ny = osp.expanduser('~/z')\n",
  });
  const path = `${folder.path}/a.py`;
  const { stdout, stderr } = await runChild("adict/_mm_config_worker.ts", {
    args: [path],
    permissions: [`--allow-read=${path},${folder.path}/b.py`],
  });
  assertEquals([stdout, stderr], ['{"y":"~/z","x":"none","h":"none"}\n', ""]);
});

Deno.test("fromMmConfig() says how a program gets the interpreter that it may not read", async () => {
  await using folder = await makeFolder({ "a.py": "x = 1\n" });
  const path = `${folder.path}/a.py`;
  const { code, stdout, stderr } = await runChild("adict/_mm_config_lazy_worker.ts", {
    args: [path],
    permissions: [`--allow-read=${path}`],
  });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^error: Cannot read "\S+a.py": the interpreter .* "@ato\/core\/openmmlab"\n$/,
  );
  const all = { args: [path], permissions: ["--allow-read"] };
  const allowed = await runChild("adict/_mm_config_lazy_worker.ts", all);
  assertEquals([allowed.stdout, allowed.stderr], ['{"x":1}\n', ""]);
});
