// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { jobs, pods } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { CONTAINER } from "../../reconcile/partition/container.ts";
import { report } from "../../reconcile/partition/testing/report.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import { createNamespace } from "../support/namespace_client.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { startTestOperator } from "../support/test_operator.ts";
import { IMAGE, partitionNamespaceClient } from "./support/partition_environment.ts";
import { podOf } from "./support/partition_pods.ts";

const TARGET = { tableName: "Orders", partitionValue: "t-1" };
/**
 * Pod settings with a node selector that matches no node, so that no kubelet changes the status that the test writes.
 */
const NOWHERE = '{"nodeSelector":{"no":"node"}}';

Deno.test(
  "a container that a service mesh injects does not hide the end of a deletion, and the deletion is not repeated",
  {
    ignore: noCluster,
  },
  async (test) => {
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    const kube = partitionNamespaceClient(await createNamespace(admin.client));
    await using _operator = await startTestOperator(cluster, {
      serviceAccount: "injected-container",
      flags: [`--partition-job-image=${IMAGE}`, `--partition-job-pod=${NOWHERE}`],
    });

    /**
     * Creates a partition job, and changes the status of its pod: the container that deletes the partition has ended,
     * but the container `proxy` still runs.
     */
    async function endBesideProxy(
      name: string,
      exitCode: number,
      outcome: "Deleted" | "Unavailable" | "AccessDenied",
    ) {
      await kube.job(name, { ...TARGET, ttlSecondsAfterFinished: 0 });
      const pod = await podOf(kube, name, "Pending");
      const message = JSON.stringify(report({ phase: "Ended", outcome, itemsFound: 3 }));
      const times = { startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:00:09Z" };
      const common = { image: IMAGE, imageID: "", ready: false, restartCount: 0 };
      const status = {
        phase: "Running",
        containerStatuses: [
          { ...common, name: CONTAINER, state: { terminated: { exitCode, message, ...times } } },
          { ...common, name: "proxy", state: { running: { startedAt: times.startedAt } } },
        ],
      };
      await cluster.kubectl([
        ...["patch", "pod", pod, "--namespace", kube.namespace, "--subresource=status"],
        ...["--type=merge", "--patch", JSON.stringify({ status })],
      ]);
      return pod;
    }

    await test.step("after a success, the Job ends without another pod", async () => {
      const pod = await endBesideProxy("done", EXIT.done, "Deleted");
      await kube.untilPhase("done", "Succeeded");
      await kube.untilGone(pods, pod);
      await kube.untilGone(jobs, "done-job");
      const { status } = await kube.untilPhase("done", "Succeeded");
      assertEquals(status?.attempts?.length, 1);
    });

    await test.step("a terminal error fails the deletion, and the Job ends", async () => {
      await endBesideProxy("denied", EXIT.fatal, "AccessDenied");
      const object = await kube.untilPhase("denied", "Failed");
      assertEquals(conditionOf(object, "Failed")?.reason, "AccessDenied");
      await kube.untilGone(jobs, "denied-job");
    });

    await test.step("after a retryable error, the pod is deleted and the next one starts", async () => {
      const first = await endBesideProxy("again", EXIT.retryable, "Unavailable");
      await kube.untilGone(pods, first);
      await eventually(async () => assert(await podOf(kube, "again", "Pending") !== first));
      const { status } = await kube.until("again", (_, { attempts = [] }) => {
        assertEquals(attempts.length, 1);
      });
      assertEquals(status?.phase, "Running");
    });
  },
);
