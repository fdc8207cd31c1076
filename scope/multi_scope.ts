import { ADict } from "../adict/adict.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { reasonsFor } from "./_reasons.ts";
import { addFurther, Resolver } from "./_resolver.ts";
import { ScopeCore } from "./_scope_core.ts";
import type { Scope } from "./scope.ts";
import type {
  ComposeOptions,
  FollowOptions,
  ReadFollower,
  Reason,
  SampleCheck,
  SamplePoint,
  SampleProblem,
} from "./types.ts";

/** A scope of any shape and name. */
// deno-lint-ignore no-explicit-any -- scopes of every shape stand side by side
export type AnyScope = Scope<any, any>;

/** The configs of several scopes by the scopes' names. */
export type MultiConfig<Scopes extends readonly AnyScope[]> = {
  [S in Scopes[number] as S["name"]]: S extends Scope<infer T, string> ? ADict<T> : never;
};

/**
 * Several scopes side by side, each with its own views and priorities. On the command line a key
 * leads with the name of its scope: `model.backbone=%resnet101% data.lr=0.1`.
 *
 * @example Usage
 * ```ts
 * import { MultiScope, Scope } from "@ato/core/scope";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new Scope({ name: "model", config: { backbone: "resnet50", lr: 0.1 } });
 * const data = new Scope({ name: "data", config: { dataset: "cifar10", lr: 0.001 } });
 * const scope = new MultiScope(model, data);
 *
 * const configs = await scope.resolve(["model.backbone=%resnet101%", "data.lr=0.01"]);
 * assertEquals(configs.model.toObject(), { backbone: "resnet101", lr: 0.1 });
 * assertEquals(configs.data.toObject(), { dataset: "cifar10", lr: 0.01 });
 * ```
 */
export class MultiScope<Scopes extends readonly AnyScope[] = readonly AnyScope[]> {
  readonly #cores: readonly ScopeCore[];
  readonly #resolver: Resolver;
  #pauses = 0;

  /**
   * Puts scopes side by side.
   *
   * @throws {TypeError} If two of them have one name.
   */
  constructor(...scopes: Scopes) {
    this.#cores = scopes.map(ScopeCore.of);
    const names = this.#cores.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new TypeError(
        `Cannot combine scopes: two are named "${twice}", expected different names`,
      );
    }
    this.#resolver = new Resolver(this.#cores, true);
  }

  /**
   * The configs that were resolved last.
   *
   * @throws {TypeError} If none were resolved yet.
   */
  get configs(): MultiConfig<Scopes> {
    if (this.#cores.some(({ composed }) => composed === undefined)) {
      throw new TypeError("Cannot read the configs: they are not resolved, await resolve()");
    }
    return this.#byName(this.#cores.map(({ composed }) => composed!.config));
  }

  /**
   * A function that runs with the configs by name as its first argument. The first call resolves
   * the program's command line, as `Scope.inject` does.
   *
   * @example Usage
   * ```ts
   * import { MultiScope, Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const model = new Scope({ name: "model", config: { lr: 0.1 } });
   * const data = new Scope({ name: "data", config: { lr: 0.001 } });
   * const run = new MultiScope(model, data).inject(({ model, data }) => [model.lr, data.lr]);
   * assertEquals(await run(), [0.1, 0.001]);
   * ```
   */
  inject<A extends unknown[], R>(
    fn: (configs: MultiConfig<Scopes>, ...rest: A) => R | Promise<R>,
  ): (...rest: A) => Promise<R> {
    return async (...rest) => {
      if (this.#pauses > 0) return await (fn as unknown as (...rest: A) => R | Promise<R>)(...rest);
      const isResolved = this.#cores.every(({ composed }) => composed !== undefined);
      const configs = isResolved ? this.configs : await this.resolve();
      if (fn.length === 0) return await fn(configs, ...rest);
      return await this.#resolver.reportAfter(() => fn(configs, ...rest));
    };
  }

  /**
   * Merges the configs for a command line; without arguments, for that of the program, once.
   *
   * @throws {CommandLineError} If given arguments have mistakes: all of them.
   * @throws {CommandExit} If given arguments hold a command: what it prints.
   */
  async resolve(args?: readonly string[]): Promise<MultiConfig<Scopes>> {
    const resolved = await this.#resolver.resolve(args);
    return this.#byName(resolved.map(({ composed }) => composed.config));
  }

  /** The reasons for the value at a path that leads with a scope's name, as `Scope.explain` gives them. */
  explain(path: string): Reason[] {
    void this.configs;
    const core = this.#cores.find(({ name }) => path.startsWith(`${name}.`));
    if (core === undefined) return [];
    return reasonsFor(core.composed!.entries).get(path.slice(core.name.length + 1)) ?? [];
  }

  /**
   * Checks what a search is about to lay over the configs, as {@linkcode Scope.checkSamples} does.
   *
   * @param samples Some points of the search: values by dotted path, the name of the scope first.
   */
  async checkSamples(samples: readonly SamplePoint[]): Promise<SampleCheck> {
    void this.configs;
    const names = new Set(samples.flatMap((point) => Object.keys(point)));
    const problems: SampleProblem[] = [];
    for (const path of names) {
      const message = this.#findMisnaming(path);
      if (message !== undefined) problems.push({ path, message });
    }
    if (problems.length > 0) return { problems, unset: [] };
    const { checkSamples } = await import("./_check_samples.ts");
    const checks = await Promise.all(this.#cores.map(async (core) => {
      const own = samples.map((point) => valuesOf(core.name, point));
      const { problems, unset } = await checkSamples(core, own);
      const inScope = (path: string) => `${core.name}.${path}`;
      return {
        problems: problems.map(({ path, message, near }) => ({
          path: inScope(path),
          message,
          near: near && inScope(near),
        })),
        unset: unset.map(({ path, near }) => ({ path: inScope(path), near: inScope(near) })),
      };
    }));
    return {
      problems: checks.flatMap(({ problems }) => problems),
      unset: checks.flatMap(({ unset }) => unset),
    };
  }

  /** Follows what is read of the configs of {@linkcode MultiScope.compose}, as `Scope.followReads` does. */
  async followReads(options: FollowOptions = {}): Promise<ReadFollower | undefined> {
    const { followReads } = await import("./_read_follower.ts");
    return followReads({
      ...options,
      cores: this.#cores,
      isNamespaced: true,
      resolver: this.#resolver,
    });
  }

  /** Until the result is disposed, injected functions run with the caller's arguments alone. */
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

  /**
   * One further config with those of all scopes under their names, merged as the last ones were,
   * with values laid over the command line and below lazy views. This is how a search tries values.
   *
   * @param values The values by dotted path, the name of the scope first; others stand beside the
   * scopes' configs.
   *
   * @example Usage
   * ```ts
   * import { MultiScope, Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const model = new Scope({ name: "model", config: { lr: 0.1 } });
   * const data = new Scope({ name: "data", config: { lr: 0.001 } });
   * const config = await new MultiScope(model, data).compose({ "model.lr": 0.5, trial: 3 });
   * assertEquals(config.toObject(), { model: { lr: 0.5 }, data: { lr: 0.001 }, trial: 3 });
   * ```
   */
  async compose(
    values: Record<string, unknown> = {},
    { source = "compose", onReasons, follower }: ComposeOptions = {},
  ): Promise<ADict> {
    const config = new ADict();
    const reasons = new Map<string, Reason[]>();
    this.#assertNames(values);
    for (const core of this.#cores) {
      const samples = valuesOf(core.name, values);
      const composed = await core.compose(core.lastArguments, { samples, sampledBy: source });
      await this.#resolver.assertValid([{ core, composed }]);
      addFurther({ core, composed }, { isFollowed: follower !== undefined });
      config[core.name] = composed.config;
      if (onReasons === undefined) continue;
      for (const [path, own] of reasonsFor(composed.entries)) {
        reasons.set(`${core.name}.${path}`, own);
      }
    }
    onReasons?.(reasons);
    const names = this.#cores.map(({ name }) => name);
    for (const path of Object.keys(values)) {
      if (names.some((name) => path.startsWith(`${name}.`))) continue;
      ADict.prototype.set.call(config, path, values[path]);
    }
    return config;
  }

  /** Forgets the resolved configs and what was assigned, but not the views. */
  reset(): void {
    for (const core of this.#cores) core.reset();
    this.#resolver.reset();
  }

  #byName(configs: readonly ADict[]): MultiConfig<Scopes> {
    const entries = this.#cores.map(({ name }, i) => [name, configs[i]]);
    return Object.fromEntries(entries);
  }

  #assertNames(values: Record<string, unknown>): void {
    for (const path of Object.keys(values)) {
      const message = this.#findMisnaming(path);
      if (message !== undefined) throw new RangeError(`Cannot set "${path}": ${message}`);
    }
  }

  /** A dotted path must lead with the name of a scope; only a single key can stand beside them. */
  #findMisnaming(path: string): string | undefined {
    const names = this.#cores.map(({ name }) => name);
    const [first = ""] = path.split(".");
    if (names.includes(first) ? path !== first : path === first) return undefined;
    const near = nearestName(first, names.filter((name) => name !== first));
    return `it names no key of a scope, ${
      near === undefined ? `expected ${names.join(", ")} and a key` : `did you mean "${near}"?`
    }`;
  }
}

/** The values whose paths lead with a scope's name, without it. */
function valuesOf(name: string, values: Record<string, unknown>): Record<string, unknown> {
  const prefix = `${name}.`;
  const own = Object.entries(values).filter(([path]) => path.startsWith(prefix));
  return Object.fromEntries(own.map(([path, value]) => [path.slice(prefix.length), value]));
}
