import type { Connection } from "./_connection.ts";
import type { Row, SqlValue } from "./_driver.ts";

// An UPDATE that names an indexed column rewrites its index even where the value stays, and most
// points set no record
const INSERT = `INSERT INTO metric_summary
  (run_id, key_id, count, first_step, last_step, last_value, finite_count, finite_sum,
   first_nonfinite_step, min_value, min_step, max_value, max_step)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = `UPDATE metric_summary SET count = ?3, first_step = ?4, last_step = ?5,
  last_value = ?6, finite_count = ?7, finite_sum = ?8, first_nonfinite_step = ?9
  WHERE run_id = ?1 AND key_id = ?2`;
const UPDATE_MIN = `UPDATE metric_summary SET min_value = ?3, min_step = ?4
  WHERE run_id = ?1 AND key_id = ?2`;
const UPDATE_MAX = `UPDATE metric_summary SET max_value = ?3, max_step = ?4
  WHERE run_id = ?1 AND key_id = ?2`;

/** The row of one metric of one run in metric_summary, brought up to date point by point. */
export class Summary {
  readonly #connection: Connection;
  readonly #ids: [runId: number, keyId: number];
  #isNew: boolean;
  #count = 0;
  #firstStep = Infinity;
  #lastStep = -Infinity;
  #last = NaN;
  #finiteCount = 0;
  #finiteSum = 0;
  #firstNonFinite: number | null = null;
  #min: Extreme = { value: null, step: null, isNew: false };
  #max: Extreme = { value: null, step: null, isNew: false };

  /** Reads the row; to be used within one transaction. */
  constructor(connection: Connection, { runId, keyId }: { runId: number; keyId: number }) {
    this.#connection = connection;
    this.#ids = [runId, keyId];
    const row = connection.prepare(
      "SELECT * FROM metric_summary WHERE run_id = ? AND key_id = ?",
    ).get(runId, keyId);
    this.#isNew = row === undefined;
    if (row !== undefined) this.#read(row);
  }

  /** How many points there are. */
  get count(): number {
    return this.#count;
  }

  add({ step, value }: { step: number; value: number }): void {
    this.#count++;
    this.#firstStep = Math.min(this.#firstStep, step);
    if (step >= this.#lastStep) {
      this.#lastStep = step;
      this.#last = value;
    }
    if (!Number.isFinite(value)) {
      this.#firstNonFinite = Math.min(this.#firstNonFinite ?? Infinity, step);
      return;
    }
    this.#finiteCount++;
    this.#finiteSum += value;
    if (this.#min.value === null || value < this.#min.value) {
      this.#min = { value, step, isNew: true };
    }
    if (this.#max.value === null || value > this.#max.value) {
      this.#max = { value, step, isNew: true };
    }
  }

  /** Writes the row. */
  save(): void {
    const common: SqlValue[] = [
      ...this.#ids,
      this.#count,
      this.#firstStep,
      this.#lastStep,
      Number.isNaN(this.#last) ? null : this.#last,
      this.#finiteCount,
      Number.isNaN(this.#finiteSum) ? null : this.#finiteSum,
      this.#firstNonFinite,
    ];
    const { value: min, step: minStep } = this.#min;
    const { value: max, step: maxStep } = this.#max;
    if (this.#isNew) {
      this.#run(INSERT, ...common, min, minStep, max, maxStep);
    } else {
      this.#run(UPDATE, ...common);
      if (this.#min.isNew) this.#run(UPDATE_MIN, ...this.#ids, min, minStep);
      if (this.#max.isNew) this.#run(UPDATE_MAX, ...this.#ids, max, maxStep);
    }
    this.#isNew = this.#min.isNew = this.#max.isNew = false;
  }

  #run(sql: string, ...values: SqlValue[]): void {
    this.#connection.prepare(sql).run(...values);
  }

  #read(row: Row): void {
    this.#count = Number(row.count);
    this.#firstStep = Number(row.first_step);
    this.#lastStep = Number(row.last_step);
    this.#last = numberOrNull(row.last_value) ?? NaN;
    this.#finiteCount = Number(row.finite_count);
    this.#finiteSum = numberOrNull(row.finite_sum) ?? NaN;
    this.#firstNonFinite = numberOrNull(row.first_nonfinite_step);
    this.#min = extreme(row.min_value, row.min_step);
    this.#max = extreme(row.max_value, row.max_step);
  }
}

/** A record value and where it was reached; both are null where no value was finite. */
interface Extreme {
  value: number | null;
  step: number | null;
  isNew: boolean;
}

function extreme(value: SqlValue | undefined, step: SqlValue | undefined): Extreme {
  return { value: numberOrNull(value), step: numberOrNull(step), isNew: false };
}

function numberOrNull(value: SqlValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
