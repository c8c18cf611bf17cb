// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { deployments, ingresses, services } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { observedFrom } from "../reconcile/apply/observed.ts";
import { type ComponentObserved, planComponent } from "../reconcile/component/plan.ts";
import { components } from "../reconcile/dynamo/resources.ts";
import { platformConfig } from "../reconcile/testing/platform_config.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { applyWithFreshStores } from "./support/apply_with_fresh_stores.ts";
import { type Fields, type PodSpec, podSpecs } from "./support/random_pod_spec.ts";
import { seedOfRun } from "./support/seeded_random.ts";
import { inNamespace, noCluster, sharedCluster } from "./support/shared_cluster.ts";

const RUNS = 40;
const seed = seedOfRun();

const nothing: ComponentObserved = {
  ...observedFrom([]),
  graphName: "",
  served: new Set(),
  components: [],
  modelServices: [],
  pullSecrets: [],
  podServiceAccounts: [],
  hasServiceAccount: () => false,
};
const config = platformConfig({ natsAddr: "nats://nats:4222" });

/** Key fields of each map list in the schema of a component. The schema refuses two list items with the same keys. */
const KEYS: Record<string, string[]> = {
  containers: ["name"],
  env: ["name"],
  hostAliases: ["ip"],
  imagePullSecrets: ["name"],
  initContainers: ["name"],
  ports: ["containerPort", "protocol"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  volumeMounts: ["mountPath"],
  volumes: ["name"],
};

/**
 * Returns a component as a user may write it, including unknown fields. The component omits values that the schema
 * refuses: null, numbers with a fraction, duplicate list items, and sidecars with the name of the main container. The
 * component and its main container have the same environment variables.
 */
function componentOf(name: string, namespace: string, spec: PodSpec): Fields {
  const { containers: [main, ...others], ...pod } = admissible(spec) as PodSpec;
  const sidecars = others.filter((container) => container["name"] !== "main");
  return {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name, namespace },
    spec: {
      componentType: "worker",
      dynamoNamespace: "d",
      serviceName: "w",
      replicas: 0,
      envs: spec.containers[0]?.env ?? [],
      extraPodSpec: {
        ...pod,
        unknownField: { a: 1 },
        mainContainer: { ...main, unknownField: [1] },
        ...(sidecars.length > 0 && { containers: sidecars }),
      },
    },
  };
}

function admissible(value: unknown, field = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => admissible(item));
    const keys = KEYS[field];
    if (!keys) return items;
    const keyOf = (item: unknown) =>
      JSON.stringify(keys.map((key) => (item as Fields)[key] || "TCP"));
    return [...new Map(items.map((item) => [keyOf(item), item])).values()];
  }
  if (typeof value === "number" && !Number.isInteger(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, admissible(inner, name)]),
  );
}

async function plansAndConverges(client: Client, manifest: Fields) {
  const stored = await client.create(components, manifest as never);
  const work = { parent: stored, planned: planComponent(stored, nothing, config).planned };
  const kinds = { client, kinds: [deployments, services, ingresses] };
  const first = await applyWithFreshStores(kinds, work);
  assertEquals(first.writes.map(({ ref, verb }) => `${verb} ${ref.kind}`).sort(), [
    "create Deployment",
    "create Service",
  ]);
  assertEquals((await applyWithFreshStores(kinds, work)).writes, []);
  await client.delete(components, stored.metadata);
}

Deno.test({
  name:
    "every extraPodSpec is applied with one create per child, and equals the plan when it is read back",
  ignore: noCluster,
  async fn() {
    console.log(`seed ${seed} (set DYNAMO_TEST_SEED to repeat)`);
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    await inNamespace(cluster, async (namespace) => {
      let run = 0;
      const property = fc.asyncProperty(podSpecs(fc), async (spec) => {
        await plansAndConverges(admin.client, componentOf(`c${++run}`, namespace, spec));
      });
      await fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true });
    });
  },
});
