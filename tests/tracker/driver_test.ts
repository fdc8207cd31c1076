import { DRIVER_NAMES } from "../../tracker/_driver.ts";
import { testDriver } from "./_driver_contract.ts";

// The library that @db/sqlite loads stays loaded, which within a test would count as a leak
await import("@db/sqlite");

for (const name of DRIVER_NAMES) testDriver(name);
