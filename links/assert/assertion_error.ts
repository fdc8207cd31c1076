/** What every assertion of this package throws when it does not hold. */
export class AssertionError extends Error {
  /** Creates the error; `options` may carry its cause. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}
