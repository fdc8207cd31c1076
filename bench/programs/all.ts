import { ADict } from "@ato/core";

new ADict({ lr: 0.1 });
