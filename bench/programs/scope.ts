import { Scope } from "@ato/core/scope";

const scope = new Scope();

scope.observe({ default: true }, function defaults(config) {
  config.lr = 0.001;
  config.model = "resnet50";
});

const train = scope.inject((config) => config.lr);

await train();
