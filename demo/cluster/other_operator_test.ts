// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment, Lease } from "../../kube/builtin.ts";
import { otherOperator } from "./other_operator.ts";

const NOW_MS = Date.UTC(2026, 0, 1);

function deployment(name: string, labels: Record<string, string> = {}, replicas = 1): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "system", labels },
    spec: { replicas, selector: {}, template: {} },
  };
}

function lease(ageSeconds: number, holderIdentity = "somebody"): Lease {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "dynamo.nvidia.com" },
    spec: {
      holderIdentity,
      leaseDurationSeconds: 15,
      renewTime: new Date(NOW_MS - ageSeconds * 1000).toISOString(),
    },
  };
}

Deno.test("an operator is known by the label of its Deployment or by the name that upstream's chart gives", () => {
  const labelled = deployment("any", { "app.kubernetes.io/part-of": "dynamo-operator" });
  const named = deployment("platform-dynamo-operator-controller-manager");
  const found = 'Deployment "any" in namespace "system"';
  assertEquals(otherOperator([labelled], undefined, NOW_MS), found);
  assertEquals(
    otherOperator([named], undefined, NOW_MS),
    'Deployment "platform-dynamo-operator-controller-manager" in namespace "system"',
  );
});

Deno.test("an operator that is scaled to zero does not run", () => {
  const named = deployment("dynamo-operator-controller-manager", {}, 0);
  assertEquals(otherOperator([named, deployment("web")], undefined, NOW_MS), undefined);
});

Deno.test("an operator outside the cluster is known by the Lease it holds", () => {
  assertEquals(
    otherOperator([], lease(3), NOW_MS),
    'Lease "dynamo.nvidia.com" is held by "somebody"',
  );
});

Deno.test("a Lease that ran out or was released is held by nobody", () => {
  assertEquals(otherOperator([], lease(16), NOW_MS), undefined);
  assertEquals(otherOperator([], lease(3, ""), NOW_MS), undefined);
});
