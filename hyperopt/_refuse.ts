import { reportMistakes } from "../adict/mod.ts";
import { SearchSpaceError } from "./search_space_error.ts";

/**
 * Refuses a search space or an option. A program that does not catch it shows the sentence alone:
 * most of these mistakes are found before a scope could see to that.
 *
 * @throws {SearchSpaceError} Always.
 */
export function refuse(parameter: string, message: string): never {
  reportMistakes();
  throw new SearchSpaceError(parameter, message);
}
