import { ashaScheduler, halvingScheduler, hyperbandScheduler } from "@ato/core/hyperopt";
import { testScheduler } from "./_scheduler_contract.ts";

testScheduler(
  "halvingScheduler()",
  () => halvingScheduler({ rungs: [20, 20, 9, 3], resources: [1, 2, 5, 9] }),
);
testScheduler("hyperbandScheduler()", () => hyperbandScheduler({ maxResource: 27 }));
testScheduler("ashaScheduler()", () => ashaScheduler({ maxResource: 27 }));
testScheduler(
  "ashaScheduler() in the order of resource",
  () => ashaScheduler({ maxResource: 27 }),
  "resource",
);
testScheduler(
  "hyperbandScheduler() in the order of resource",
  () => hyperbandScheduler({ maxResource: 27 }),
  "resource",
);
