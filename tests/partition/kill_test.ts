// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { pods } from "../../kube/builtin.ts";
import type { DeletionReport } from "../../partition/report.ts";
import { bounded } from "../../reconcile/apply/concurrency.ts";
import {
  createTable,
  dynamoDbEndpoint,
  keySchema,
  noDynamoDb,
  numbered,
} from "../support/dynamodb.ts";
import { seededRandom, seedOfRun } from "../support/seeded_random.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { operatorImage } from "../../devcluster/node_agent/operator_image.ts";
import { podOf, untilReported } from "./support/partition_pods.ts";
import {
  type PartitionEnvironment,
  startPartitionEnvironment,
} from "./support/partition_environment.ts";

const KILLS = 20;
const ITEMS = 300;
const OTHERS = 30;
/**
 * At this rate, a deletion takes ten seconds, so a kill interrupts the deletion even if a busy machine delays the kill
 * by a few seconds.
 */
const ITEMS_PER_SECOND = 30;

/** When and how the test kills the pod of one partition job. */
interface Kill {
  name: string;
  /** Description of the condition `reached` for the test output, such as "while it counts". */
  moment: string;
  reached(report: DeletionReport): boolean;
  how: "SIGKILL" | "SIGTERM" | "delete" | "force";
}

const METHODS = ["SIGKILL", "SIGTERM", "delete", "force"] as const;

Deno.test(
  "after the kill of a pod at any moment, exactly the items of the partition are deleted and all counts are correct",
  {
    ignore: noCluster || noDynamoDb,
  },
  async (test) => {
    const seed = seedOfRun();
    console.log(`DYNAMO_TEST_SEED=${seed}`);
    await using env = await startPartitionEnvironment("partition-kills", operatorImage());
    await using _operator = await env.startOperator();
    const kube = await env.createNamespace();
    const table = await createTable(keySchema());
    const results: { kill: string; result: unknown; attempts: number }[] = [];
    await bounded(killsOf(seed), KILLS, async ({ name, moment, reached, how }) => {
      await table.put(numbered(ITEMS, { S: name }));
      // Items of another partition must remain, even if its key value starts with the deleted key value.
      await table.put(numbered(OTHERS, { S: `${name}-other` }));
      await kube.job(name, {
        tableName: table.name,
        endpointURL: dynamoDbEndpoint,
        partitionValue: name,
        itemsPerSecond: ITEMS_PER_SECOND,
      });
      const pod = await podOf(kube, name, "Running");
      await untilReported(env.agent, kube.namespace, pod, reached);
      await kill(env, kube.namespace, pod, how);

      const { status } = await kube.untilPhase(name, "Succeeded");
      const result = {
        left: await table.count({ S: name }),
        others: await table.count({ S: `${name}-other` }),
        found: status?.itemsFound,
        deleted: status?.itemsDeleted,
      };
      results.push({ kill: `${how} ${moment}`, result, attempts: status?.attempts?.length ?? 0 });
    });
    const interrupted = results.filter(({ attempts }) => attempts > 1).length;
    assert(interrupted >= KILLS / 2, `Only ${interrupted} pods were killed before they completed`);
    const expected = { left: 0, others: OTHERS, found: ITEMS, deleted: ITEMS };
    for (const { kill, result } of results) {
      await test.step(kill, () => assertEquals(result, expected));
    }
    assertEquals((await kube.list(pods)).filter(({ status }) => status?.phase === "Running"), []);
  },
);

async function kill(
  { agent, cluster }: PartitionEnvironment,
  namespace: string,
  pod: string,
  how: Kill["how"],
) {
  if (how === "SIGKILL" || how === "SIGTERM") {
    agent.kill(namespace, pod, how);
    return;
  }
  const forced = how === "force" ? ["--grace-period=0", "--force"] : [];
  await cluster.kubectl([
    ...["delete", "pod", pod, "-n", namespace, "--wait=false", "--ignore-not-found"],
    ...forced,
  ]);
}

/** Returns twenty kills with alternating methods, at the start or while the pod counts, deletes or verifies items. */
function killsOf(seed: number): Kill[] {
  const random = seededRandom(seed);
  return Array.from({ length: KILLS }, (_, index) => {
    const name = `kill-${index + 1}`;
    const how = METHODS[index % METHODS.length] ?? "SIGKILL";
    if (index < 2) return { name, moment: "at its start", how, reached: () => true };
    if (index < 4) {
      return { name, moment: "while it counts", how, reached: ({ phase }) => phase !== "Starting" };
    }
    if (index < 6) {
      const reached = ({ phase }: DeletionReport) => phase === "Verifying";
      return { name, moment: "while it verifies", how, reached };
    }
    const after = Math.floor(random() * ITEMS);
    return {
      name,
      moment: `with ${after} items deleted`,
      how,
      reached: ({ itemsDeleted, itemsInFlight }) => itemsDeleted + itemsInFlight > after,
    };
  });
}
