/**
 * What a search has read in one process: for each scope dotted paths, undefined where that may be all.
 */
export type SearchReadNews = readonly (readonly string[] | undefined)[];

/** Follows what a search reads of the configs that its scope composes. Disposed, it says nothing. */
export interface SearchReads extends Disposable {
  /**
   * Counts what was read so far of a config that was composed. Where that is no key by its name, all of
   * it counts as read, unless `isWhole` is false: then the trial may not have come that far.
   */
  count(config: object, options: { isWhole: boolean }): void;
  /** What was read in this process since the last time; undefined if nothing. */
  takeNews(): SearchReadNews | undefined;
  /** Counts what was read in another process; an empty list says that nobody knows. */
  addNews(news: SearchReadNews): void;
  /**
   * Ends, and says what was never read. `results` are the configs that the search has given out: what
   * the program reads of them counts as well.
   */
  report(options: { results: readonly object[] }): Promise<void>;
}
