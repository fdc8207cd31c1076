/** What becomes of options and variables: `<variables and options as JSON>`, a case after the other. */
import { resolveDistributed } from "../../../../hyperopt/_check_distributed.ts";

const found = JSON.parse(Deno.args[0]!).map(([variables, options]: Record<string, string>[]) => {
  try {
    for (const [name, value] of Object.entries(variables!)) Deno.env.set(name, value);
    const { rank, worldSize, url, workers } = resolveDistributed(options!);
    return [rank, worldSize, url, workers];
  } catch (error) {
    const { parameter, exitCode } = error as { parameter: string; exitCode: number };
    return [parameter, exitCode];
  } finally {
    for (const name of Object.keys(variables!)) Deno.env.delete(name);
  }
});
console.log(JSON.stringify(found));
