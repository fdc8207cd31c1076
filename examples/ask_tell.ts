/**
 * Another optimizer and a study, composed in either direction. Here the other one is simulated
 * annealing, with an interface of its own; it could as well be a service or a library.
 *
 * Run it: `deno run examples/ask_tell.ts`.
 *
 * @module
 */

import {
  ashaScheduler,
  float,
  type Job,
  type SamplerFactory,
  Study,
  tpeSampler,
} from "@ato/core/hyperopt";

interface Point {
  x: number;
  y: number;
}

/** Simulated annealing: moves to what is better, and at first to what is a little worse too. */
class Annealing {
  #here: Point = { x: 0, y: 0 };
  #loss = Infinity;
  #turn = 0;

  suggest(): Point {
    const angle = 2.4 * ++this.#turn;
    const step = 4 / Math.sqrt(this.#turn);
    const clamp = (value: number) => Math.min(Math.max(value, -5), 5);
    return {
      x: clamp(this.#here.x + step * Math.cos(angle)),
      y: clamp(this.#here.y + step * Math.sin(angle)),
    };
  }

  report(point: Point, loss: number): void {
    if (loss < this.#loss + 1 / this.#turn) [this.#here, this.#loss] = [point, loss];
  }
}

/** The other optimizer chooses the points, the study stops those early that do badly. */
function annealingSampler(): SamplerFactory {
  return {
    name: "annealing",
    options: {},
    create() {
      const annealing = new Annealing();
      return {
        size: Infinity,
        sample: () => ({ ...annealing.suggest() }),
        observe: ({ samples, metric }) => annealing.report(samples as unknown as Point, metric),
      };
    },
  };
}

/** Stands in for a training: the longer, the nearer to what the point is worth. */
function train({ samples, resource }: Job): number {
  const { x, y } = samples as unknown as Point;
  return (x - 3) ** 2 + (y + 1) ** 2 + 1 / resource;
}

const spaces = { x: float(-5, 5), y: float(-5, 5) };
const options = {
  scheduler: ashaScheduler({ maxResource: 27 }),
  mode: "min",
  parallelism: 1,
  budget: { resource: 1000 },
} as const;

/** Runs a study to its end, and shows its winner. */
function show(title: string, study: Study, turn: (study: Study) => boolean): void {
  while (turn(study));
  const { metric, config } = study.result();
  const at = `(${config.x.toFixed(2)}, ${config.y.toFixed(2)})`;
  console.log(`${title}: ${study.trials.length} jobs, loss ${metric.toFixed(3)} at ${at}`);
}

if (import.meta.main) {
  const inside = new Study(spaces, { ...options, sampler: annealingSampler() });
  show("annealing in a study", inside, (study) => {
    const job = study.ask();
    if (job !== undefined) study.tell(job, train(job));
    return job !== undefined;
  });

  // The other way round: a program of its own drives the study, and now and then has points tried.
  const annealing = new Annealing();
  const outside = new Study(spaces, { ...options, sampler: tpeSampler() });
  show("a study with annealing", outside, (study) => {
    if (study.trials.length % 3 === 0) study.enqueue({ ...annealing.suggest() });
    const job = study.ask();
    if (job === undefined) return false;
    const { metric } = study.tell(job, train(job));
    annealing.report(job.samples as unknown as Point, metric);
    return true;
  });
}
