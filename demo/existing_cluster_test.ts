// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { Deployment, Lease } from "../kube/builtin.ts";
import { reasonAgainst } from "./existing_cluster.ts";

const NOW_MS = Date.UTC(2026, 0, 1);

function deployment(name: string, labels: Record<string, string> = {}, replicas = 1): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "system", labels },
    spec: { replicas, selector: {}, template: {} },
  };
}

function lease(ageSeconds: number, holderIdentity = "other"): Lease {
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

interface Objects {
  deployments?: Deployment[];
  lease?: Lease;
  /** Outputs of `kubectl get`: `namespace` for the demo's namespace, `manifests` for the operator's manifests. */
  namespace?: string;
  manifests?: string;
  /** Output of `kubectl api-resources`. */
  served?: string;
  graphs?: string[] | Error;
}

function reason(objects: Objects): Promise<string | undefined> {
  const { deployments = [], lease, namespace = "", manifests = "", served = "", graphs = [] } =
    objects;
  const answer = (args: readonly string[]): string | Error => {
    if (args.includes("deployments")) return JSON.stringify({ items: deployments });
    if (args.includes("lease")) return lease ? JSON.stringify(lease) : "";
    if (args.includes("namespace")) return namespace;
    if (args.includes("--filename")) return manifests;
    if (args.includes("api-resources")) return served;
    return graphs instanceof Error ? graphs : graphs.map((name) => `${name}\n`).join("");
  };
  const read = (args: readonly string[]) => {
    const text = answer(args);
    return text instanceof Error ? Promise.reject(text) : Promise.resolve(text);
  };
  const words = (args: readonly string[]) => ["kubectl", "--context=c", ...args];
  return reasonAgainst({ read, words }, NOW_MS);
}

async function assertRefused(objects: Objects, text: string): Promise<void> {
  const found = await reason(objects);
  assertEquals(found?.includes(text), true, found ?? "not refused");
}

const SERVED = "dynamographdeployments.nvidia.com\ndynamomodels.nvidia.com\n";

Deno.test("an empty cluster is accepted", async () => {
  assertEquals(await reason({}), undefined);
  assertEquals(await reason({ served: SERVED }), undefined);
  assertEquals(await reason({ deployments: [deployment("web")] }), undefined);
});

Deno.test("an operator is found by the label of its Deployment or by the name in upstream's chart", async () => {
  const labelled = deployment("any", { "app.kubernetes.io/part-of": "dynamo-operator" });
  await assertRefused({ deployments: [labelled] }, 'Deployment "any" in namespace "system"');
  const named = deployment("platform-dynamo-operator-controller-manager");
  await assertRefused({ deployments: [named] }, "platform-dynamo-operator-controller-manager");
});

Deno.test("the Deployment of an operator with zero replicas is ignored", async () => {
  const named = deployment("dynamo-operator-controller-manager", {}, 0);
  assertEquals(await reason({ deployments: [named] }), undefined);
});

Deno.test("an operator outside the cluster is found by its Lease", async () => {
  await assertRefused({ lease: lease(3) }, 'Lease "dynamo.nvidia.com" is held by "other"');
});

Deno.test("an expired or released Lease is ignored", async () => {
  assertEquals(await reason({ lease: lease(16) }), undefined);
  assertEquals(await reason({ lease: lease(3, "") }), undefined);
});

Deno.test("a cluster with objects of an earlier demo is refused with their names and the command that deletes them", async () => {
  await assertRefused(
    { namespace: "namespace/dynamo-demo\n" },
    "namespace/dynamo-demo; if no operator needs them, delete them: " +
      "kubectl --context=c delete namespace dynamo-demo",
  );
  const manifests = "namespace/dynamo-system\nserviceaccount/dynamo-operator\n";
  await assertRefused(
    { manifests },
    "namespace/dynamo-system, serviceaccount/dynamo-operator; if no operator needs them, " +
      "delete them: kubectl --context=c delete --filename examples/operator-account.yaml",
  );
});

Deno.test("the reason contains the number of graphs and components, and some of their names", async () => {
  await assertRefused(
    { served: SERVED, graphs: ["d/a", "d/b", "d/c", "d/d"] },
    "4 graphs and components (d/a, d/b, d/c, …)",
  );
});

Deno.test("a cluster in which the user cannot list graphs is not treated as empty", async () => {
  const graphs = new Error("Forbidden");
  await assertRejects(() => reason({ served: SERVED, graphs }), Error, "Forbidden");
});
