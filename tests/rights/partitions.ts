// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { startNodeAgent } from "../../devcluster/node_agent/agent.ts";
import { type Job, jobs } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/kinds.ts";
import { fakeImage } from "../partition/support/fake_image.ts";
import { IMAGE, partitionScene } from "../partition/support/theatre.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import type { Scene } from "../support/scene.ts";

const target = { tableName: "Orders", partitionValue: "x" };
const MANY = 12;
const container = { name: "main", image: "registry.example/stranger:1" };

/** Makes the operator do everything that partition jobs may ask of it; no pod of the scene runs elsewhere from then on. */
export async function liveThroughPartitions(cluster: Cluster, scene: Scene): Promise<void> {
  await using fake = await fakeImage();
  await using agent = await startNodeAgent({ cluster, images: { [IMAGE]: fake.image } });
  await agent.takeNamespace(scene.namespace);
  const stage = partitionScene(scene);

  const stranger: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "taken-job" },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: "Never", containers: [container] } },
    },
  };
  await stage.apply(jobs, stranger);
  await stage.job("taken", target);
  await stage.until(
    "taken",
    (object) => assertEquals(conditionOf(object, "NameConflict")?.status, "True"),
  );

  await fake.say({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40 });
  await stage.job("orders", target);
  await stage.untilPhase("orders", "Running");
  await stage.remove(jobs, "orders-job", { propagationPolicy: "Background" });
  await eventually(async () => assertEquals((await fake.runs()).length, 2));
  await stage.remove(partitionJobs, "orders");
  await stage.untilGone(jobs, "orders-job");

  // The garbage collector is after their Jobs too, and is sometimes quicker.
  const idle = Array.from({ length: MANY }, (_, index) => `idle-${index}`);
  await Promise.all(idle.map((name) => stage.job(name, { ...target, suspend: true })));
  await Promise.all(idle.map((name) => stage.untilPhase(name, "Suspended")));
  await Promise.all(idle.map((name) => stage.remove(partitionJobs, name)));
  await Promise.all(idle.map((name) => stage.untilGone(jobs, `${name}-job`)));
}
