import { SQLLogger } from "@ato/core/tracker";
import { Scope } from "@ato/core/scope";

const ROOT = new URL("../../", import.meta.url);
const PROGRAM = new URL("cli/mod.ts", ROOT).pathname;
const CONFIG = new URL("deno.json", ROOT).pathname;

/** What a command has printed. */
export interface Printed {
  code: number;
  out: string;
  err: string;
}

/** How to start the program. */
export interface CliOptions {
  permissions?: readonly string[];
  stdin?: string;
  /** A command that starts it, in place of deno alone. */
  prefix?: readonly string[];
}

/** A folder with a database, in which commands are run. */
export class CliFolder implements Disposable {
  readonly path: string = Deno.makeTempDirSync();

  /** The config of the database that commands find without being told. */
  get config(): { experiment: { project_name: string; sql: { db_path: string } } } {
    return {
      experiment: { project_name: "digits", sql: { db_path: this.file("experiments.db") } },
    };
  }

  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The program, not started yet. */
  command(args: readonly string[], options: CliOptions = {}): Deno.Command {
    const { permissions, stdin } = options;
    const [deno, ...rest] = this.commandLine(args, permissions);
    return new Deno.Command(deno, {
      args: rest,
      cwd: this.path,
      env: { NO_COLOR: "1", TZ: "UTC" },
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** What starts the program. */
  commandLine(
    args: readonly string[],
    permissions: readonly string[] = ["-A"],
  ): [deno: string, ...args: string[]] {
    const flags = ["--no-check", "--no-prompt", "--quiet", "--config", CONFIG, ...permissions];
    return [Deno.execPath(), "run", ...flags, PROGRAM, ...args];
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], options: CliOptions = {}): Promise<Printed> {
    const child = this.command(args, options).spawn();
    if (options.stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(options.stdin));
      await writer.close();
    }
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Three runs: the second wide and named, the third with another code, a NaN, and failed. */
export async function recordRuns({ config }: CliFolder): Promise<void> {
  const arguments_ = [["lr=0.1"], ["lr=0.01", "wide"], ["lr=0.5"]];
  for (const [index, args] of arguments_.entries()) {
    const scope = new Scope();
    scope.observe({ default: true }, function defaults(into) {
      Object.assign(into, { ...config, lr: 0.2, layers: [64, 128] });
    });
    scope.observe("wide", { layers: [512] });
    await using logger = await SQLLogger.open(await scope.resolve(args));
    logger.run({
      tags: index === 1 ? ["baseline"] : [],
      provenance: scope.explain(),
      fingerprints: [{
        traceId: "train_step",
        traceType: "static",
        fingerprint: index === 2 ? "9c02" : "5b1f",
      }],
      ...(index === 1 ? { name: "the wide one", notes: "two\nlines" } : {}),
    });
    for (let step = 0; step < 8; step++) {
      const loss = index === 2 && step === 5 ? NaN : 4 / (step + 1) - (step > 3 ? index / 8 : 0);
      logger.logMetrics({ loss, "val/acc": 1 - 1 / (step + 2 + index) }, step);
    }
    logger.finish(index === 2 ? "failed" : "completed");
  }
}
