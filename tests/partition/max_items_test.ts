// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { jobs, pods, type Secret, secrets } from "../../kube/builtin.ts";
import { PARTITION } from "../../crds/labels.ts";
import { eventually } from "../support/eventually.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { fakeImage } from "./support/fake_image.ts";
import { podOf } from "./support/partition_pods.ts";
import { startPartitionEnvironment } from "./support/partition_environment.ts";

const TARGET = { tableName: "Orders", partitionValue: "t-1" };

Deno.test("the limits of a deletion apply to all its pods together", {
  ignore: noCluster,
}, async (test) => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("max-items", fake.image);
  await using _operator = await env.startOperator();
  const kube = await env.createNamespace();
  /** Returns the value of a flag for each pod, in the order in which the pods started. */
  const flags = async (name: string, job: string) =>
    (await fake.runs()).filter(({ pod }) => pod.startsWith(`${job}-job-`)).map(({ args }) =>
      args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
    );

  await test.step("each pod may delete what earlier pods have left of maxItems", async () => {
    await fake.run();
    await kube.job("limited", { ...TARGET, maxItems: 100 });
    const first = await podOf(kube, "limited", "Running");
    await eventually(async () => assertEquals(await flags("max-items", "limited"), ["100"]));
    await fake.setReport({ phase: "Deleting", itemsFound: 90, itemsDeleted: 40 });
    await kube.delete(pods, first);
    await eventually(async () => assertEquals(await flags("max-items", "limited"), ["100", "60"]));
    await fake.end("done", { outcome: "Deleted", itemsFound: 50, itemsDeleted: 50 });
    const { status } = await kube.untilPhase("limited", "Succeeded");
    assertEquals(status?.itemsDeleted, 90);
  });

  await test.step("a pod without the operator's label is found before the next Job is created", async () => {
    await fake.run();
    await kube.job("stripped", TARGET);
    const pod = await podOf(kube, "stripped", "Running");
    await eventually(async () => assertEquals((await flags("table-name", "stripped")).length, 1));
    await kube.edit(pods, pod, { metadata: { labels: { [PARTITION.uidLabel]: null } } });
    await kube.delete(jobs, "stripped-job", { propagationPolicy: "Background" });
    await kube.untilGone(pods, pod);
    await eventually(async () => assertEquals((await flags("table-name", "stripped")).length, 2));
    await fake.end("done", { outcome: "Deleted", itemsFound: 5, itemsDeleted: 5 });
    const { status } = await kube.untilPhase("stripped", "Succeeded");
    assertEquals(status?.attempts?.map(({ outcome }) => outcome), ["Interrupted", "Deleted"]);
  });

  await test.step("the value can stay in a Secret of the user", async () => {
    await fake.end("done", { outcome: "Counted", itemsFound: 9 });
    const tenant: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "tenant" },
      stringData: { id: "t-1" },
    };
    await kube.apply<Secret>(secrets, tenant);
    const partitionValueFrom = { secretKeyRef: { name: "tenant", key: "id" } };
    await kube.job("from-secret", { tableName: "Orders", partitionValueFrom, dryRun: true });
    await kube.untilPhase("from-secret", "Succeeded");
    const names = (await kube.list(secrets)).map(({ metadata }) => metadata.name);
    assertEquals(names.filter((name) => name.startsWith("from-secret")), []);
  });
});
