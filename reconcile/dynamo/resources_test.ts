// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { components } from "./resources.ts";
import { drift as driftOf } from "../apply/drift.ts";
import { normalise as normaliseBy } from "../apply/normalise.ts";

type Fields = Record<string, unknown>;

const shape = shapeOf(components);
const drift = (planned: KubeObject, live: KubeObject) => driftOf(planned, live, shape);
const normalise = (manifest: KubeObject) => normaliseBy(manifest, shape);

function component(spec: Fields): KubeObject & { spec: Fields } {
  const { apiVersion, kind } = components;
  return { apiVersion, kind, metadata: { name: "x" }, spec };
}

function withContainer(container: Fields) {
  return component({ extraPodSpec: { containers: [{ name: "side", ...container }] } });
}

Deno.test("keyed lists in the pod spec of a component are compared by key", () => {
  const planned = withContainer({
    env: [{ name: "A", value: "1" }, { name: "B", value: "2" }],
    ports: [{ containerPort: 80 }],
  });
  const live = withContainer({
    env: [{ name: "INJECTED" }, { name: "B", value: "3" }, { name: "A", value: "1" }],
    ports: [{ containerPort: 80, protocol: "TCP" }],
  });
  assertEquals(drift(planned, live), ['spec.extraPodSpec.containers["side"].env["B"].value']);
});

Deno.test("two items with one key in the pod spec of a component become one", () => {
  const env = [{ name: "A", value: "1" }, { name: "A", value: "2" }];
  assertEquals(normalise(withContainer({ env })), withContainer({ env: env.slice(1) }));
});

Deno.test("a field that another client adds to an item of an atomic list is drift", () => {
  const planned = component({ envs: [{ name: "A" }], volumeMounts: [{ name: "v" }] });
  const live = (mount: Fields) =>
    component({ envs: [{ name: "A" }], volumeMounts: [{ name: "v", ...mount }] });
  assertEquals(drift(planned, live({ useAsCompilationCache: false })), []);
  assertEquals(drift(planned, live({ mountPoint: "/x" })), ["spec.volumeMounts[0].mountPoint"]);
  assertEquals(
    drift(
      planned,
      component({ envs: [{ name: "A" }, { name: "B" }], volumeMounts: [{ name: "v" }] }),
    ),
    ["spec.envs"],
  );
});
