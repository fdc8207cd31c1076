import { gpSampler, gridSampler, randomSampler, tpeSampler } from "@ato/core/hyperopt";
import { testSampler } from "./_sampler_contract.ts";

testSampler("randomSampler()", randomSampler, { isRandom: true });
testSampler("gridSampler()", gridSampler, { isRandom: false });
testSampler("tpeSampler()", () => tpeSampler({ startup: 5 }), { isRandom: true });
testSampler("gpSampler()", () => gpSampler({ startup: 5 }), { isRandom: true, runs: 10 });
