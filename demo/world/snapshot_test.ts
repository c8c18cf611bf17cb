// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { countKinds, familyOf, goneSince, makerOf } from "./snapshot.ts";
import { decodeGraph, stored } from "../testing/objects.ts";

Deno.test("the family of an object is all that was made for it, however indirectly", () => {
  const other = stored("Role", "chat-role", { maker: "graph" });
  const family = familyOf([...decodeGraph(2), other], "component");
  assertEquals(
    family.map(({ metadata }) => metadata.uid).sort(),
    ["component", "deployment", "pod-a", "pod-b", "rs", "service"],
  );
});

Deno.test("the maker of an object is its controller rather than another owner", () => {
  const service = stored("Service", "model");
  const owner = { apiVersion: "v1", kind: "Owner", name: "o" };
  service.metadata.ownerReferences = [{ ...owner, uid: "plain" }];
  assertEquals(makerOf(service), "plain");
  service.metadata.ownerReferences.push({ ...owner, uid: "controller", controller: true });
  assertEquals(makerOf(service), "controller");
});

Deno.test("an object that was made anew under the same name counts as gone", () => {
  const before = stored("Pod", "a", { uid: "1" });
  assertEquals(goneSince([before], [stored("Pod", "a", { uid: "2" })]), [before]);
});

Deno.test("kinds are counted under the names people give them", () => {
  assertEquals(
    countKinds([...decodeGraph(2), stored("Ingress", "a"), stored("Ingress", "b")]),
    "2 pods, 1 ReplicaSet, 1 Service, 1 Deployment, 1 component, 1 graph, 2 Ingresses",
  );
});
