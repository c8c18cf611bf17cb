// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ddbctlDpJobNames } from "../../crds/names.ts";
import { PARTITION } from "../../crds/labels.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";
import { jobs } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import { installCrds } from "../support/installation.ts";
import { createNamespace } from "../support/namespace_client.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { startTestOperator } from "../support/test_operator.ts";
import { IMAGE, partitionNamespaceClient } from "./support/partition_environment.ts";

const TARGET = { tableName: "Orders", partitionValue: "t-1", awsRegion: "us-east-1" };

Deno.test("a deletion of a former operator is not repeated without approval", {
  // The test replaces the CRD, so it starts its own control plane.
  ignore: noCluster,
}, async (test) => {
  await using cluster = await startCluster();
  using admin = await connectAdmin(cluster);
  await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(formerCrd()));
  await cluster.kubectl([
    "wait",
    "--for=condition=Established",
    `crd/${formerCrd().metadata.name}`,
  ]);
  const kube = partitionNamespaceClient(await createNamespace(admin.client));
  for (const name of ["executed", "with-job"]) await eventually(() => kube.job(name, TARGET));
  // The API server stores creation times in whole seconds. The test waits for a second, so that the CRD gets a later
  // creation time than the objects.
  const { metadata: { creationTimestamp = "" } } = await kube.get(partitionJobs, "with-job");
  await eventually(() => {
    assertEquals(Date.now() > Date.parse(creationTimestamp) + 1_000, true);
    return Promise.resolve();
  });
  await installCrds(cluster);
  await kube.job("before-start", TARGET);
  await kube.job("with-later-job", TARGET);
  for (const name of ["with-job", "with-later-job"]) {
    const { metadata: { uid = "" } } = await kube.get(partitionJobs, name);
    await kube.apply(jobs, formerJob(name, uid));
  }
  await using _operator = await startTestOperator(cluster, {
    serviceAccount: "former-operator",
    flags: [`--partition-job-image=${IMAGE}`],
  });

  await test.step("an object that was created under the operator's CRD before the operator started gets its Job", async () => {
    await eventually(() => kube.get(jobs, "before-start-job"));
  });

  await test.step("objects that are older than the CRD, or that have a Job of another program, wait for approval", async () => {
    for (const name of ["executed", "with-job", "with-later-job"]) {
      const object = await kube.until(name, (object) => {
        assertEquals(conditionOf(object, "AwaitingApproval")?.status, "True");
      });
      assertStringIncludes(
        object.status?.message ?? "",
        `${PARTITION.approvedAnnotation}=true`,
      );
    }
    const names = (await kube.list(jobs)).map(({ metadata }) => metadata.name).sort();
    assertEquals(names, ["before-start-job", "with-job-job", "with-later-job-job"]);
  });

  await test.step("the deletion of the former Job does not start the deletion, and the approval does", async () => {
    await kube.delete(jobs, "with-later-job-job", { propagationPolicy: "Background" });
    await kube.untilGone(jobs, "with-later-job-job");
    for (const name of ["executed", "with-later-job"]) {
      const approve = { metadata: { annotations: { [PARTITION.approvedAnnotation]: "true" } } };
      await kube.edit(partitionJobs, name, approve);
      const job = await eventually(() => kube.get(jobs, `${name}-job`));
      assertEquals(PARTITION.uidLabel in (job.metadata.labels ?? {}), true);
      await kube.until(name, (object) => {
        assertEquals(conditionOf(object, "AwaitingApproval"), undefined);
      });
    }
  });
});

/** Returns the CRD of the former operator, which lacks status fields and annotations of this operator. */
function formerCrd() {
  const { group, kind, plural } = ddbctlDpJobNames;
  const text = { type: "string" };
  const properties = {
    tableName: text,
    partitionValue: text,
    awsRegion: text,
    endpointURL: text,
  };
  const spec = {
    type: "object",
    properties,
    required: ["awsRegion", "partitionValue", "tableName"],
  };
  const schema = {
    openAPIV3Schema: {
      type: "object",
      properties: {
        apiVersion: text,
        kind: text,
        metadata: { type: "object" },
        spec,
        status: { type: "object" },
      },
    },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{
        name: "v1alpha1",
        served: true,
        storage: true,
        schema,
        subresources: { status: {} },
      }],
    },
  };
}

/** Returns the Job that the former operator created for an object. */
function formerJob(name: string, uid: string) {
  const { apiVersion, kind } = partitionJobs;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-job`,
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
    },
    spec: {
      suspend: true,
      template: {
        metadata: { labels: { app: "ddbctl-dp" } },
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "ddbctl-delete-partition", image: "former" }],
        },
      },
    },
  };
}
