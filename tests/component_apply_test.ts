// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { deployments, ingresses, services } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { planComponent } from "../reconcile/component/plan.ts";
import { components } from "../reconcile/dynamo/resources.ts";
import { componentObserved } from "../reconcile/testing/observed.ts";
import { platformConfig } from "../reconcile/testing/platform_config.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { applyWithFreshStores } from "./support/apply_with_fresh_stores.ts";
import {
  extraPodSpecOf,
  type Fields,
  type PodSpec,
  podSpecs,
} from "../reconcile/testing/random_pod_spec.ts";
import { seedOfRun } from "./support/seeded_random.ts";
import { inNamespace, noCluster, sharedCluster } from "./support/shared_cluster.ts";

const RUNS = 40;
const seed = seedOfRun();

const config = platformConfig({ natsAddr: "nats://nats:4222" });

/**
 * Returns a component as a user may write it, including unknown fields. The component and its main container have the
 * same environment variables.
 */
function componentOf(name: string, namespace: string, spec: PodSpec): Fields {
  const { mainContainer, ...pod } = extraPodSpecOf(spec);
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
        mainContainer: { ...mainContainer, unknownField: [1] },
      },
    },
  };
}

async function plansAndConverges(client: Client, manifest: Fields) {
  const stored = await client.create(components, manifest as never);
  const work = {
    parent: stored,
    planned: planComponent(stored, componentObserved(), config).planned,
  };
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
