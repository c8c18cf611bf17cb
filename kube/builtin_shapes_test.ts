// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import * as builtin from "./builtin.ts";
import { deployments } from "./builtin.ts";
import generated from "./builtin_shapes.generated.json" with { type: "json" };
import { builtinShapeFacts, builtinShapes, isBuiltinApi } from "./builtin_shapes.ts";
import { fieldOf, type Shape } from "./shape.ts";

function at(shape: Shape | undefined, path: string): Shape {
  return path.split(".").reduce(fieldOf, shape ?? {});
}

Deno.test("every built-in kind carries its shape", () => {
  assertEquals(deployments.shape, builtinShapes.get("apps/v1/Deployment"));
  const missing = Object.values(builtin).filter(({ shape }) => shape === undefined);
  assertEquals(missing.map(({ kind }) => kind), []);
});

Deno.test("the shape of a Deployment joins its schema with the facts about defaults", () => {
  const podSpec = at(deployments.shape, "spec.template.spec");
  assertEquals(at(podSpec, "containers").keys, [{ field: "name" }]);
  const container = at(podSpec, "containers").each;
  assertEquals(at(container, "ports"), {
    keys: [{ field: "containerPort" }, { field: "protocol", absent: "TCP" }],
    each: { fields: { protocol: { filledIn: "TCP", zeroMeansDefault: true } } },
  });
  assertEquals(at(container, "resources.limits.cpu"), { quantity: "milli" });
  assertEquals(at(container, "livenessProbe.periodSeconds"), {
    filledIn: 10,
    zeroMeansDefault: true,
  });
  assertEquals(at(container, "imagePullPolicy"), { zeroMeansDefault: true });
  assertEquals(at(podSpec, "nodeSelector"), { atomic: true, each: {} });
  assertEquals(at(podSpec, "volumes").each?.fields?.["emptyDir"], {
    emptyCounts: true,
    fields: { sizeLimit: { quantity: "exact" } },
  });
  assertEquals(deployments.shape?.fields?.["status"], undefined);
});

Deno.test("every type with facts about defaults is in the generated file", () => {
  const known = { ...generated.types, ...generated.kinds };
  assertEquals(Object.keys(builtinShapeFacts).filter((name) => !Object.hasOwn(known, name)), []);
});

Deno.test("an API is built in if the name of its group contains no dot or is in the generated file", () => {
  const builtin = ["v1", "batch/v1", "apps/v1", "rbac.authorization.k8s.io/v1"];
  assertEquals(builtin.filter(isBuiltinApi), builtin);
  const custom = ["example.com/v1", "gateway.networking.k8s.io/v1", "leaderworkerset.x-k8s.io/v1"];
  assertEquals(custom.filter(isBuiltinApi), []);
});
