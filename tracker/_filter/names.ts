/** What a database holds, asked for where a name of an expression has to be checked. */
export interface Names {
  hasMetric(name: string): boolean;
  hasParameter(keys: readonly string[]): boolean;
  metrics(): string[];
  /** Dotted paths, as `formatPath` writes them. */
  parameters(): string[];
  statuses(): string[];
}
