import { ADict } from "@ato/core/adict";
import type { SearchScope } from "@ato/core/hyperopt";

/** Defaults under the samples, `lazy` over them; it keeps what it was asked to compose. */
export class FakeScope implements SearchScope {
  readonly composed: { samples: Record<string, unknown>; options: { source: string } }[] = [];
  readonly #defaults: Record<string, unknown>;
  readonly #lazy: (config: ADict) => void;

  constructor(defaults: Record<string, unknown> = {}, lazy: (config: ADict) => void = () => {}) {
    this.#defaults = defaults;
    this.#lazy = lazy;
  }

  inject<R>(
    fn: (config: ADict, ...rest: unknown[]) => R | Promise<R>,
  ): (...rest: unknown[]) => Promise<R> {
    return async (...rest) => await fn(new ADict() as ADict, ...rest);
  }

  compose(samples: Record<string, unknown>, options: { source: string }): Promise<ADict> {
    this.composed.push({ samples, options });
    const config = new ADict(this.#defaults) as ADict;
    for (const [path, value] of Object.entries(samples)) {
      ADict.prototype.set.call(config, path, value);
    }
    this.#lazy(config);
    return Promise.resolve(config);
  }
}
