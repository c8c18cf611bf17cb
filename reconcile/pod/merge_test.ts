import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { containerShape, mergeStruct, podSpecShape } from "./merge.ts";

const base: V1Container = {
  name: "main",
  command: ["python3"],
  args: ["-m", "dynamo.frontend"],
  imagePullPolicy: "Always",
  livenessProbe: { httpGet: { path: "/live", port: "http" }, periodSeconds: 10 },
  resources: { limits: { cpu: "1", memory: "1Gi" } },
};

function over(container: Partial<V1Container>): V1Container {
  return mergeStruct(base, container, containerShape);
}

Deno.test("a plain value replaces the default, an empty one does not", () => {
  assertEquals(over({ imagePullPolicy: "Never" }).imagePullPolicy, "Never");
  assertEquals(over({ imagePullPolicy: "" }).imagePullPolicy, "Always");
  assertEquals(over({ name: "" }).name, "main");
  assertEquals(over({ tty: false }).tty, undefined);
});

Deno.test("a list replaces the default list, an empty one does not", () => {
  assertEquals(over({ command: ["sh", "-c"] }).command, ["sh", "-c"]);
  assertEquals(over({ command: ["sh", "-c"] }).args, base.args);
  assertEquals(over({ args: [] }).args, base.args);
});

Deno.test("a map is merged key by key inside a struct that is not a pointer", () => {
  const { resources } = over({ resources: { limits: { cpu: "2", gpu: "1" } } });
  assertEquals(resources, { limits: { cpu: "2", memory: "1Gi", gpu: "1" } });
  assertEquals(over({ resources: {} }).resources, base.resources);
});

Deno.test("a struct behind a pointer is replaced as a whole", () => {
  assertEquals(over({ livenessProbe: { periodSeconds: 3 } }).livenessProbe, { periodSeconds: 3 });
});

Deno.test("an explicit zero or false behind a pointer counts", () => {
  const pod: V1PodSpec = { containers: [], terminationGracePeriodSeconds: 60, hostNetwork: true };
  const users = {
    terminationGracePeriodSeconds: 0,
    hostNetwork: false,
    enableServiceLinks: false,
  };
  assertEquals(mergeStruct(pod, users, podSpecShape), {
    containers: [],
    terminationGracePeriodSeconds: 0,
    hostNetwork: true,
    enableServiceLinks: false,
  });
});

Deno.test("a field that this version does not know is replaced as a whole", () => {
  const users: Record<string, unknown> = { somethingNew: { a: false }, alsoNew: false };
  const under: Record<string, unknown> = { containers: [] };
  assertEquals(mergeStruct(under, users, podSpecShape), {
    containers: [],
    somethingNew: { a: false },
    alsoNew: false,
  });
});

const anyContainer = fc.record({
  name: fc.constantFrom("", "main", "other"),
  command: fc.array(fc.constantFrom("a", "b"), { maxLength: 2 }),
  tty: fc.boolean(),
  livenessProbe: fc.record({ periodSeconds: fc.nat(3) }),
  resources: fc.record({
    limits: fc.dictionary(fc.constantFrom("cpu", "memory", "gpu"), fc.constantFrom("0", "1")),
  }, { requiredKeys: [] }),
}, { requiredKeys: ["name"] });

Deno.test("merging the same fields again changes nothing, and merging no field changes nothing", () => {
  fc.assert(fc.property(anyContainer, anyContainer, (under, users) => {
    const once = mergeStruct<V1Container>(under, users, containerShape);
    assertEquals(mergeStruct<V1Container>(once, users, containerShape), once);
    assertEquals(mergeStruct<V1Container>(under, { name: "" }, containerShape), { ...under });
  }));
});

Deno.test("a merge changes neither argument", () => {
  fc.assert(fc.property(anyContainer, anyContainer, (under, users) => {
    const before = structuredClone([under, users]);
    mergeStruct<V1Container>(under, users, containerShape);
    assertEquals([under, users], before);
  }));
});
