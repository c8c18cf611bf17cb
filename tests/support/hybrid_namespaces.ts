// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import type { AuditMark } from "../../devcluster/audit.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { sumOfMetric } from "./metrics_text.ts";
import { connectAdmin } from "./admin_client.ts";
import { eventually } from "./eventually.ts";
import { type Handover, handoversIn, namespaceWrites } from "./handovers.ts";
import { type RestlessUsers, restlessUsers } from "./graph_churn.ts";
import { openScene } from "./namespace_client.ts";
import { startTestOperator, type TestOperator } from "./test_operator.ts";

/** One namespace that goes to and fro between operators, with users in it. */
export interface Place {
  namespace: string;
  /** Of its namespace-scoped operator. */
  version: string;
  account: string;
  users: RestlessUsers;
}

/** Opens a place for each version; they go with `owned`. */
export async function openPlaces(
  owned: AsyncDisposableStack,
  cluster: Cluster,
  { prefix, versions, pauseMs }: { prefix: string; versions: readonly string[]; pauseMs?: number },
): Promise<Place[]> {
  const { client } = owned.use(await connectAdmin(cluster));
  const places = await Promise.all(versions.map(async (version, index) => {
    const scene = await openScene(client);
    const users = await restlessUsers(scene, pauseMs);
    return { namespace: scene.namespace, version, account: `${prefix}-${index}`, users };
  }));
  owned.defer(async () => {
    await Promise.all(places.map(({ users }) => users[Symbol.asyncDispose]()));
  });
  return places;
}

/** Starts the operator of a place and resolves when it acts there. */
export async function arrive(
  cluster: Cluster,
  place: Place,
  flags: readonly string[] = [],
): Promise<TestOperator> {
  const operator = await startTestOperator(cluster, {
    account: place.account,
    restrictedTo: place.namespace,
    flags: [...flags, `--operator-version=${place.version}`],
  });
  await eventually(async () => {
    const answer = await fetch(`${operator.metricsUrl}/metrics`);
    const passes = sumOfMetric(await answer.text(), "controller_runtime_reconcile_total") ?? 0;
    assert(passes > 0, await operator.log());
  });
  return operator;
}

/**
 * All changes of writer in some places, the smallest gap first.
 *
 * @throws AssertionError if two ever wrote in one namespace at the same time
 */
export async function handovers(
  cluster: Cluster,
  since: AuditMark,
  users: readonly string[],
  places: readonly Place[],
): Promise<Handover[]> {
  const entries = await cluster.audit.entries(since);
  return places.flatMap(({ namespace }) =>
    handoversIn(namespace, namespaceWrites(entries, users, namespace))
  ).sort((a, b) => a.gapMs - b.gapMs);
}

/** For people who look at a test. */
export function describeHandovers(found: readonly Handover[]): string {
  return `${found.length} changes of writer, smallest gap ${found[0]?.gapMs.toFixed(1)} ms`;
}
