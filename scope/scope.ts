import type { ADict } from "../adict/adict.ts";
import { reasonsFor } from "./_reasons.ts";
import { addFurther, Resolver } from "./_resolver.ts";
import { ScopeCore } from "./_scope_core.ts";
import { Traces } from "./_traces.ts";
import type { Callable, Fingerprint, RuntimeTraceOptions, Traceable } from "./fingerprint.ts";
import type {
  AssignedViews,
  ComposeOptions,
  FollowOptions,
  Literal,
  MergeFlagsOptions,
  Observed,
  ReadFollower,
  Reason,
  SampleCheck,
  SamplePoint,
  ScopeOptions,
  ViewFunction,
  ViewObject,
  ViewOptions,
} from "./types.ts";

/**
 * A config made of views: functions or objects that each write a part of it, merged by priority,
 * overridden from the command line, with the reason for every value.
 *
 * The order is: the scope's own config, default views, named views (each by priority), the command
 * line, lazy views and blocks by priority. What comes later wins.
 *
 * @typeParam T The shape of the config; by default any key is allowed.
 * @typeParam Name The name, where it is known when compiling.
 *
 * @example Usage
 * ```ts
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals } from "@std/assert";
 *
 * const scope = new Scope();
 *
 * scope.observe({ default: true }, function defaults(config) {
 *   config.lr = 0.001;
 *   config.model = "resnet50";
 * });
 * scope.observe("high_lr", { priority: 1 }, { lr: 0.01 });
 *
 * const config = await scope.resolve(["high_lr", "model=%resnet101%"]);
 * assertEquals(config.toObject(), { lr: 0.01, model: "resnet101" });
 * ```
 *
 * @example A program
 * ```ts
 * import { Scope } from "@ato/core/scope";
 *
 * const scope = new Scope({ config: { lr: 0.001, epochs: 5 } });
 *
 * const train = scope.inject((config) => {
 *   console.log(`Training ${config.epochs} epochs with lr=${config.lr}`);
 * });
 *
 * if (import.meta.main) await train();
 * ```
 */
// deno-lint-ignore no-explicit-any -- an open config takes any value at any key
export class Scope<T extends object = Record<string, any>, Name extends string = string> {
  readonly #core: ScopeCore;
  readonly #resolver: Resolver;
  readonly #traces: Traces = new Traces();
  #pauses = 0;

  /**
   * Makes a scope without views.
   *
   * @throws {TypeError} If the config is no plain object.
   */
  constructor(options: ScopeOptions<T> & { name?: Name } = {}) {
    this.#core = new ScopeCore(options, this);
    this.#resolver = new Resolver([this.#core], false);
  }

  /** The name, as `manual` shows it and a {@linkcode MultiScope} uses it. */
  get name(): Name {
    return this.#core.name as Name;
  }

  /**
   * The config that was resolved last.
   *
   * @throws {TypeError} If none was resolved yet.
   */
  get config(): ADict<T> {
    const { composed } = this.#core;
    if (composed !== undefined) return composed.config as unknown as ADict<T>;
    throw new TypeError("Cannot read the config of the scope: it is not resolved, await resolve()");
  }

  /**
   * Adds a view: a function under its own name or another, or an object to merge. The first object
   * gives a scope that was made without a type the type of its keys, in what is returned.
   *
   * @returns The scope.
   * @throws {TypeError} If the view has no name, or one that is taken or cannot stand on a command line.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope();
   * scope.observe(function cifar10(config) {
   *   config.num_classes = 10;
   * });
   * assertEquals((await scope.resolve(["cifar10"])).num_classes, 10);
   * assertEquals((await scope.resolve([])).has("num_classes"), false);
   * ```
   *
   * @example The type of the config from an object
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope().observe("defaults", { default: true }, { lr: 0.1, epochs: 5 });
   * scope.observe("long_run", { epochs: 50 }); // { epoch: 50 } does not compile
   *
   * const train = scope.inject((config) => config.lr * config.epochs); // numbers
   * assertEquals(await train(), 0.5);
   * ```
   */
  observe(view: ViewFunction<T>): this;
  /** Adds a view under a name. */
  observe(name: string, view: ViewFunction<T>): this;
  /** Adds a view with options. */
  observe(options: ViewOptions, view: ViewFunction<T>): this;
  /** Adds a view under a name and with options. */
  observe(name: string, options: ViewOptions, view: ViewFunction<T>): this;
  /** Adds an object as a view under a name. */
  observe<V extends object>(name: string, view: ViewObject<T, V>): Scope<Observed<T, V>, Name>;
  /** Adds an object as a view with options, the name among them. */
  observe<V extends object>(
    options: ViewOptions,
    view: ViewObject<T, V>,
  ): Scope<Observed<T, V>, Name>;
  /** Adds an object as a view under a name and with options. */
  observe<V extends object>(
    name: string,
    options: ViewOptions,
    view: ViewObject<T, V>,
  ): Scope<Observed<T, V>, Name>;
  observe(...args: unknown[]): unknown {
    this.#core.observe(args);
    return this;
  }

  /**
   * Puts a block off until after the command line. In a view, also behind an `await` of it, it belongs
   * to the config that the view writes; outside of views it runs for every config, and receives it.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope();
   * scope.observe({ default: true }, function defaults(config) {
   *   config.model = "resnet50";
   *   config.num_layers = 50;
   *   scope.lazy(() => {
   *     if (config.model === "resnet101") config.num_layers = 101;
   *   });
   * });
   * assertEquals((await scope.resolve(["model=resnet101"])).num_layers, 101);
   * ```
   */
  lazy(block: (config: ADict<T>) => unknown, options: { priority?: number } = {}): void {
    this.#core.lazy(block, options.priority ?? 0);
  }

  /**
   * Says what keys mean, for the commands `manual` and `help`: texts by key, or a function that
   * writes them.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   *
   * const scope = new Scope({ config: { lr: 0.1 } });
   * scope.manual({ lr: "Learning rate of the optimizer" });
   * scope.manual((docs) => {
   *   docs.model.backbone = "The network to start from";
   * });
   * ```
   */
  manual(docs: Record<string, unknown> | ((docs: ADict) => unknown)): void {
    this.#core.document(docs);
  }

  /**
   * A function that runs with the merged config as its first argument. The first call resolves the
   * program's command line. A command on it, such as `manual`, prints and ends the program with exit
   * code 0; mistakes are reported, all at once, and end it with 2.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope({ config: { lr: 0.1 } });
   * const train = scope.inject((config, epochs: number) => config.lr * epochs);
   * assertEquals(await train(10), 1);
   * ```
   */
  inject<A extends unknown[], R>(
    fn: (config: ADict<T>, ...rest: A) => R | Promise<R>,
  ): (...rest: A) => Promise<R> {
    return async (...rest) => {
      if (this.#pauses > 0) return await (fn as unknown as (...rest: A) => R | Promise<R>)(...rest);
      const config = await this.#resolveOnce();
      await this.#traces.ready();
      // A function without parameters leaves the reading to others.
      if (fn.length === 0) return await fn(config, ...rest);
      return await this.#resolver.reportAfter(() => fn(config, ...rest));
    };
  }

  /**
   * Merges the config for a command line; without arguments, for that of the program, once.
   *
   * @returns The merged config, which is `scope.config` from now on.
   * @throws {CommandLineError} If given arguments have mistakes: all of them.
   * @throws {CommandExit} If given arguments hold a command: what it prints.
   * @throws {RangeError} If views chain in a circle.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope({ config: { layers: [1, 2], lr: 0.1 } });
   * const config = await scope.resolve(["layers+=[3]", "lr=1e-4"]);
   * assertEquals(config.toObject(), { layers: [1, 2, 3], lr: 0.0001 });
   * ```
   */
  async resolve(args?: readonly string[]): Promise<ADict<T>> {
    const { composed } = (await this.#resolver.resolve(args))[0]!;
    return composed.config as unknown as ADict<T>;
  }

  /**
   * A further config, merged as the last one was, with values laid over the command line and below
   * lazy views. `scope.config` stays as it is. This is how a search tries values.
   *
   * @param values The values by dotted path.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope({ config: { lr: 0.1, epochs: 5 } });
   * await scope.resolve(["epochs=3"]);
   * const config = await scope.compose({ lr: 0.5 });
   * assertEquals(config.toObject(), { lr: 0.5, epochs: 3 });
   * ```
   */
  async compose(
    values: Record<string, unknown> = {},
    { source = "compose", onReasons, follower }: ComposeOptions = {},
  ): Promise<ADict<T>> {
    const options = { samples: values, sampledBy: source };
    const composed = await this.#core.compose(this.#core.lastArguments, options);
    await this.#resolver.assertValid([{ core: this.#core, composed }]);
    addFurther({ core: this.#core, composed }, { isFollowed: follower !== undefined });
    onReasons?.(reasonsFor(composed.entries));
    return composed.config as unknown as ADict<T>;
  }

  /**
   * Follows what is read of the configs that {@linkcode Scope.compose} gives, so that a search can say
   * at its end which overrides nobody has read.
   *
   * @returns The follower; undefined where the last command line has no override to speak of.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const warnings: string[] = [];
   * const scope = new Scope({ config: { lr: 0.1 }, onWarning: (text) => warnings.push(text) });
   * await scope.resolve(["lrr=0.5"]);
   * using follower = await scope.followReads();
   * const config = await scope.compose({ lr: 0.2 }, { follower });
   * assertEquals(config.lr, 0.2);
   * follower?.count(config);
   * await follower?.report();
   * assertEquals(warnings, ["lrr=0.5 was never read; did you mean lr?"]);
   * ```
   */
  async followReads(options: FollowOptions = {}): Promise<ReadFollower | undefined> {
    const { followReads } = await import("./_read_follower.ts");
    return followReads({
      ...options,
      cores: [this.#core],
      isNamespaced: false,
      resolver: this.#resolver,
    });
  }

  /**
   * The reasons for the value at a dotted path, or for every value: each write, oldest first. The
   * file, line and column are those of the write with the option `positions`, else of its view. A
   * call of a list's method is one write; where a view changes one list more than 16 times, the last
   * reason stands for all further changes.
   *
   * @throws {TypeError} If nothing was resolved yet.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope({ config: { lr: 0.001 } });
   * scope.observe("high_lr", { lr: 0.01 });
   * await scope.resolve(["high_lr", "lr=0.1"]);
   * assertEquals(
   *   scope.explain("lr").map(({ writer, after }) => [writer.kind, writer.name, after]),
   *   [["config", "config", 0.001], ["view", "high_lr", 0.01], ["argument", "lr=0.1", 0.1]],
   * );
   * ```
   */
  explain(path: string): Reason[];
  /** The reasons for every value, by dotted path. */
  explain(): Map<string, Reason[]>;
  explain(path?: string): Reason[] | Map<string, Reason[]> {
    void this.config;
    const reasons = reasonsFor(this.#core.composed!.entries);
    return path === undefined ? reasons : reasons.get(path) ?? [];
  }

  /**
   * Checks what a search is about to lay over the config by {@linkcode Scope.compose}, before it does:
   * a strict scope refuses keys that nobody sets, and values of another type; a schema may refuse keys.
   *
   * @param samples Some points of the search: values by dotted path.
   * @throws {TypeError} If nothing was resolved yet.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope({ strict: true, config: { lr: 0.1 } });
   * await scope.resolve([]);
   * const { problems } = await scope.checkSamples([{ lrr: 0.5 }]);
   * assertEquals(problems, [
   *   { path: "lrr", message: "the scope is strict and no view sets this key", near: "lr" },
   * ]);
   * ```
   */
  async checkSamples(samples: readonly SamplePoint[]): Promise<SampleCheck> {
    void this.config;
    const { checkSamples } = await import("./_check_samples.ts");
    return await checkSamples(this.#core, samples);
  }

  /**
   * Names views, and writes values, in the program instead of on the command line, which still wins.
   *
   * @param literals Names of views, `key=value`, or objects to merge.
   * @throws {RangeError} If a name is that of no view.
   * @throws {SyntaxError} If a value cannot be read.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope();
   * scope.observe("small", { hidden: 16 });
   * scope.assign("small", "lr=0.5", { epochs: 2 });
   * assertEquals((await scope.resolve([])).toObject(), { hidden: 16, lr: 0.5, epochs: 2 });
   * ```
   */
  assign(...literals: Literal<T>[]): void {
    this.#core.assign(literals as Literal[]);
  }

  /**
   * Takes what another parser has read from the command line: what differs from its defaults wins
   * over views, the defaults are below all views. To be called before the config is resolved.
   *
   * @param parsed The values by name.
   * @param options The parser's defaults, and the arguments that it has left.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   * import { parseArgs } from "@std/cli/parse-args";
   *
   * const defaults = { gpu: 0, seed: 42 };
   * const parsed = parseArgs(["--gpu", "1", "lr=0.5"], { default: defaults });
   *
   * const scope = new Scope({ config: { lr: 0.1 } });
   * scope.mergeFlags(parsed, { defaults });
   * const config = await scope.resolve(parsed._.map(String));
   * assertEquals(config.toObject() as object, { gpu: 1, seed: 42, lr: 0.5 });
   * ```
   */
  mergeFlags(parsed: Record<string, unknown>, options: MergeFlagsOptions = {}): void {
    const { defaults = {}, rest } = options;
    const left = rest ?? (Array.isArray(parsed._) ? parsed._.map(String) : undefined);
    this.#core.mergedFlags = { parsed: { ...parsed }, defaults: { ...defaults }, rest: left };
  }

  /**
   * A JSON Schema, draft 2020-12, of files that hold this config, so that an editor can complete and
   * check them. It knows the keys that any of the views sets, the texts of `manual`, and default values.
   * Of a view that fails it knows none: `$comment` says why, and further keys are allowed then.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope({ config: { lr: 0.1 } });
   * scope.manual({ lr: "Learning rate" });
   * const { properties } = await scope.jsonSchema();
   * assertEquals(properties, {
   *   lr: { type: "number", default: 0.1, description: "Learning rate" },
   * });
   * ```
   */
  async jsonSchema(): Promise<Record<string, unknown>> {
    const { toJsonSchema } = await import("./_json_schema.ts");
    const { composeEach } = await import("./_help.ts");
    const { configs, failures, isComplete } = await composeEach(this.#core);
    const manuals = Object.fromEntries(this.#core.manuals);
    const schema = toJsonSchema(configs, { strict: isComplete, manuals, title: this.name });
    if (failures.length === 0) return schema;
    const { describeFailure } = await import("./_help.ts");
    return { ...schema, $comment: failures.map(describeFailure).join("; ") };
  }

  /** The names of the views that apply without further ones being named. */
  assignedViews(): AssignedViews {
    const { defaults, named, lazy } = this.#core.plan(this.#core.lastArguments.views);
    const [defaultNames, namedNames, lazyNames] = [defaults, named, lazy].map((views) =>
      views.map(({ name }) => name)
    );
    return { default: defaultNames!, named: namedNames!, lazy: lazyNames! };
  }

  /**
   * Remembers a function for a fingerprint of its code, to see later whether it has changed: comments,
   * formatting and the names of its locals do not matter, anything else does. An arrow function that
   * calls itself does so by the name of a variable around it, whose name matters.
   *
   * @returns The function itself.
   * @throws {TypeError} If it is no function, or another one has the name.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope();
   * const step = scope.trace("train_step", (rate: number) => rate * 2);
   * assertEquals(step(3), 6);
   *
   * const other = new Scope();
   * other.trace("train_step", (lr: number) => lr * 2); // twice the learning rate
   * assertEquals(await scope.fingerprints(), await other.fingerprints());
   * ```
   */
  trace<F extends Traceable>(id: string, fn: F): F {
    return this.#traces.trace(id, fn);
  }

  /**
   * A function that does the same and remembers the hash of what it returned at its last call, to see
   * later whether its results have changed. In an injected function a result is hashed as it is
   * returned; elsewhere, right after this call, it may be hashed a moment later. Private fields and
   * what a function has caught cannot be read: `toJSON()` or `inspect` show what of them counts.
   *
   * @throws {TypeError} If it is no function, or another one has the name.
   *
   * @example Usage
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const scope = new Scope();
   * const predict = scope.runtimeTrace("predictions", {
   *   inspect: ({ scores }) => scores,
   * }, () => ({ scores: new Float32Array([0.1, 0.9]), seconds: performance.now() }));
   *
   * predict();
   * const [first] = await scope.fingerprints();
   * predict();
   * assertEquals(await scope.fingerprints(), [first!]);
   * ```
   */
  runtimeTrace<F extends Callable>(
    id: string,
    options: RuntimeTraceOptions<Awaited<ReturnType<F>>>,
    fn: F,
  ): F {
    return this.#traces.runtimeTrace(id, options, fn);
  }

  /**
   * The fingerprints of all traced functions, fit for `SQLLogger.run({ fingerprints })`.
   *
   * @throws {FingerprintError} If any could not be taken; it holds the others.
   */
  fingerprints(): Promise<Fingerprint[]> {
    return this.#traces.fingerprints();
  }

  /** Forgets the resolved config and what was assigned, but not the views. */
  reset(): void {
    this.#core.reset();
    this.#resolver.reset();
  }

  /**
   * Until the result is disposed, injected functions run without the config, with the caller's
   * arguments alone.
   */
  pause(): Disposable {
    this.#pauses++;
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (!isOver) this.#pauses--;
        isOver = true;
      },
    };
  }

  /** The config as it is resolved, by this scope or by a {@linkcode MultiScope} around it. */
  async #resolveOnce(): Promise<ADict<T>> {
    return this.#core.composed === undefined ? await this.resolve() : this.config;
  }
}
