/** What a validation gives: the value, perhaps with defaults and conversions, or what is wrong. */
export type StandardSchemaResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One thing that is wrong with a value. */
export interface StandardSchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** The keys to the place, from the root. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A schema of any library that follows Standard Schema, version 1 (standardschema.dev): zod, valibot,
 * arktype and others.
 *
 * @example Usage
 * ```ts
 * import { Scope, type StandardSchema } from "@ato/core/scope";
 * import { assertRejects } from "@std/assert";
 *
 * const schema: StandardSchema = {
 *   "~standard": {
 *     version: 1,
 *     vendor: "by hand",
 *     validate: (value) =>
 *       (value as { lr: number }).lr > 0
 *         ? { value }
 *         : { issues: [{ message: "expected a rate above 0", path: ["lr"] }] },
 *   },
 * };
 * const scope = new Scope({ config: { lr: 0.1 }, schema });
 * await assertRejects(() => scope.resolve(["lr=-1"]), TypeError, "expected a rate above 0");
 * ```
 */
export interface StandardSchema {
  /** The part that the standard names. */
  readonly "~standard": {
    /** The version of the standard. */
    readonly version: 1;
    /** The library. */
    readonly vendor: string;
    /** Checks a value. */
    readonly validate: (value: unknown) => StandardSchemaResult | Promise<StandardSchemaResult>;
  };
}
