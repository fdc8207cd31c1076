import { ArrivalOrder } from "./_arrival_order.ts";
import { LogicalOrder, type Order, type OrderOptions } from "./_logical_order.ts";
import type { CheckedStudyOptions } from "./_check_study_options.ts";
import type { Job, Scheduler } from "./types.ts";

/** The order in which a scheduler gets its results. */
export function createOrder(
  scheduler: Scheduler,
  { order, ...options }: OrderOptions & Pick<CheckedStudyOptions, "order">,
): Order {
  if (order === "arrival") return new ArrivalOrder(scheduler, options);
  const timeOf = order === "resource" ? unitsOf : () => 1;
  return new LogicalOrder(scheduler, { ...options, timeOf });
}

function unitsOf({ resource, trained }: Job): number {
  return resource - trained;
}
