// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import { deploymentStrategy } from "./deployment_strategy.ts";

const STRATEGY = "nvidia.com/deployment-strategy";
const SURGE = "nvidia.com/deployment-rolling-update-max-surge";
const UNAVAILABLE = "nvidia.com/deployment-rolling-update-max-unavailable";

function strategy(annotations: Record<string, string>) {
  return deploymentStrategy({ annotations });
}

function rolling(maxSurge: number | string, maxUnavailable: number | string) {
  return { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
}

Deno.test("pods are replaced a quarter at a time by default", () => {
  assertEquals(deploymentStrategy({}), rolling("25%", "25%"));
  assertEquals(strategy({ [STRATEGY]: "RollingUpdate" }), rolling("25%", "25%"));
  assertEquals(strategy({ [STRATEGY]: "Sometimes" }), rolling("25%", "25%"));
});

Deno.test("Recreate ignores the shares", () => {
  assertEquals(strategy({ [STRATEGY]: "Recreate", [SURGE]: "50%" }), { type: "Recreate" });
});

Deno.test("surge and unavailable are set separately, as counts or percentages", () => {
  assertEquals(strategy({ [SURGE]: "50%" }), rolling("50%", "25%"));
  assertEquals(strategy({ [UNAVAILABLE]: "10%" }), rolling("25%", "10%"));
  assertEquals(strategy({ [SURGE]: "1", [UNAVAILABLE]: "0" }), rolling(1, 0));
});

Deno.test("annotations of the pods win over those of the component", () => {
  const spec = {
    annotations: { [SURGE]: "1" },
    extraPodMetadata: { annotations: { [SURGE]: "2" } },
  };
  assertEquals(deploymentStrategy(spec), rolling(2, "25%"));
});

Deno.test("a value that is neither a count nor a percentage is refused with its field", () => {
  const error = assertThrows(() => strategy({ [SURGE]: "some" }), PlanError, '"some"');
  assertEquals(error.field, `annotations[${SURGE}]`);
});
