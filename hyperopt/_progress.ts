import { ENDLESS } from "./_is_endless.ts";
import {
  plannedByRung,
  progressText,
  showMetric,
  showSamples,
  showSeconds,
} from "./_progress_text.ts";
import type { RecordedTrials } from "./_recorded_trials.ts";
import type { Study } from "./study.ts";
import type { Budget, Rung, ScheduledRung } from "./types.ts";

/** How often the line on a terminal moves at most, in milliseconds. */
const REDRAW_INTERVAL = 100;
/** How often it moves by itself. */
const TICK_INTERVAL = 1000;
/** How long a pipe hears nothing at most, while trials end, in milliseconds. */
const PIPE_INTERVAL = 30_000;

/** Where progress is shown. */
export interface ProgressOutput {
  /** Whether a line can move. */
  readonly isTerminal: boolean;
  /** The width of a terminal. */
  columns(): number;
  write(text: string): void;
}

/** What is known of a search before. */
export interface ProgressOptions {
  plan: readonly ScheduledRung[] | undefined;
  budget: Budget | undefined;
  name: string | undefined;
  /** Whether nothing ends it but who watches. */
  isEndless?: boolean | undefined;
  /** Says what was recorded before. */
  recorded?: RecordedTrials | undefined;
}

function stderrOutput(): ProgressOutput {
  const encoder = new TextEncoder();
  return {
    isTerminal: Deno.stderr.isTerminal() && !isDumb(),
    columns(): number {
      try {
        return Deno.consoleSize().columns;
      } catch {
        return 80;
      }
    },
    write(text): void {
      const bytes = encoder.encode(text);
      try {
        for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
      } catch {
        // Nobody watches it any more; the search is of use without.
      }
    },
  };
}

/** Whether the terminal says of itself that it can only write lines. */
function isDumb(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TERM" });
  return state === "granted" && Deno.env.get("TERM") === "dumb";
}

/**
 * Shows how a search goes on: one line that moves on a terminal; in a pipe a line for each rung, and
 * now and then one in between. One line and not more, because what an objective prints meanwhile then
 * stands behind it and is not written over. There are no colours, so there is none to switch off.
 */
export class Progress implements Disposable {
  readonly #study: Study;
  readonly #options: ProgressOptions;
  readonly #output: ProgressOutput;
  readonly #start = performance.now();
  #before: { trials: number; units: number } | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #shown = "";
  #lastTime = -Infinity;
  #rungs = 0;
  #counted = 0;
  #units = 0;
  #failed = 0;
  readonly #done: number[] = [];

  constructor(study: Study, options: ProgressOptions, output: ProgressOutput = stderrOutput()) {
    this.#study = study;
    this.#options = options;
    this.#output = output;
  }

  /** Shows what has changed. */
  update(): void {
    this.#count();
    if (this.#before === undefined) this.#begin();
    if (this.#output.isTerminal) {
      if (performance.now() - this.#lastTime >= REDRAW_INTERVAL) this.#draw();
      return;
    }
    this.#writeRungs();
    if (performance.now() - this.#lastTime >= PIPE_INTERVAL) this.#writeLine(this.#text());
  }

  /** Leaves the last state standing. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#before === undefined) return;
    this.#count();
    if (this.#output.isTerminal) {
      this.#draw();
      this.#output.write("\n");
    } else this.#writeRungs();
    this.#writeLine(this.#endText());
  }

  #begin(): void {
    // What was known before this program began says nothing of its speed.
    this.#before = { trials: this.#counted, units: this.#units };
    const { plan, name, recorded, isEndless = false } = this.#options;
    const planned = plannedByRung(plan);
    const endless = isEndless ? ENDLESS : "";
    const configs = planned === undefined ? endless : `rungs of ${planned.join(", ")} trials`;
    const known = recorded?.describe() ?? "";
    const text = [name, [configs, known].filter((part) => part !== "").join(", ") || "a search"];
    this.#writeLine(text.filter((part) => part !== undefined).join(": "));
    this.#rungs = this.#study.rungs.length;
    if (!this.#output.isTerminal) return;
    this.#lastTime = -Infinity;
    this.#timer = setInterval(() => this.#draw(), TICK_INTERVAL);
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  #writeRungs(): void {
    for (; this.#rungs < this.#study.rungs.length; this.#rungs++) {
      this.#writeLine(this.#rungText(this.#study.rungs[this.#rungs]!));
    }
  }

  #count(): void {
    const { trials } = this.#study;
    for (; this.#counted < trials.length; this.#counted++) {
      const { generation, status, resource, trained } = trials[this.#counted]!;
      while (this.#done.length <= generation) this.#done.push(0);
      this.#done[generation]!++;
      this.#units += resource - trained;
      if (status === "failed") this.#failed++;
    }
  }

  #text(): string {
    const { plan, name } = this.#options;
    const elapsed = (performance.now() - this.#start) / 1000;
    const trials = this.#counted - this.#before!.trials;
    return progressText({
      name,
      done: this.#done,
      planned: plannedByRung(plan),
      failed: this.#failed,
      best: this.#study.best,
      running: this.#study.running.length,
      rate: trials === 0 ? undefined : trials / elapsed,
      left: this.#secondsLeft(elapsed),
    });
  }

  #secondsLeft(elapsed: number): number | undefined {
    const { plan, budget = {} } = this.#options;
    const { resource, seconds = Infinity } = budget;
    const speed = (this.#units - this.#before!.units) / elapsed;
    const planned = plan?.reduce((sum, { configs, resource }) => sum + configs * resource, 0);
    const done = this.#done.reduce((sum, trials, generation) => {
      const rung = plan?.find((rung) => rung.generation === generation);
      return sum + trials * (rung?.resource ?? 0);
    }, 0);
    const units = planned === undefined ? (resource ?? Infinity) - this.#units : planned - done;
    const left = Math.min(speed > 0 ? units / speed : Infinity, seconds - elapsed);
    return Number.isFinite(left) ? Math.max(0, left) : undefined;
  }

  #rungText({ generation, bracket = 0, trials, promoted }: Rung): string {
    const failed = trials.filter(({ status }) => status === "failed").length;
    const [best] = trials;
    const isSeveral = new Set(this.#options.plan?.map(({ bracket }) => bracket)).size > 1;
    const parts = [
      `${isSeveral ? `bracket ${bracket}, ` : ""}rung ${generation}: ${trials.length} trials`,
      failed === 0 ? undefined : `${failed} failed`,
      best?.status === "completed"
        ? `best ${showMetric(best.metric)} (${showSamples(best.samples)})`
        : undefined,
      promoted === 0 ? undefined : `${promoted} go on`,
      showSeconds((performance.now() - this.#start) / 1000),
    ];
    return parts.filter((part) => part !== undefined).join("  ");
  }

  #endText(): string {
    const elapsed = showSeconds((performance.now() - this.#start) / 1000);
    const trials = this.#counted - this.#before!.trials;
    return `${trials} ${trials === 1 ? "trial" : "trials"} in ${elapsed}`;
  }

  #draw(): void {
    const line = this.#text().slice(0, Math.max(0, this.#output.columns() - 1));
    this.#lastTime = performance.now();
    if (line === this.#shown) return;
    this.#shown = line;
    this.#output.write(`\r\x1b[K${line}`);
  }

  #writeLine(text: string): void {
    this.#lastTime = performance.now();
    this.#output.write(`${text}\n`);
  }
}
