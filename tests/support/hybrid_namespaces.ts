// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import type { AuditMark } from "../../devcluster/audit.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { connectAdmin } from "./admin_client.ts";
import { eventually } from "./eventually.ts";
import { churnGraphs, type GraphChurn } from "./graph_churn.ts";
import { type Handover, handoversIn, namespaceWrites } from "./handovers.ts";
import { probe } from "./http_probe.ts";
import { createNamespace } from "./namespace_client.ts";
import { sumOfMetric } from "./metrics_text.ts";
import { startTestOperator, type TestOperator } from "./test_operator.ts";

/**
 * A namespace to which a cluster-wide and a namespace-scoped operator write alternately, with a handover in between.
 */
export interface SharedNamespace {
  namespace: string;
  /** Version of the namespace-scoped operator of this namespace. */
  version: string;
  /** ServiceAccount of the namespace-scoped operator of this namespace. */
  serviceAccount: string;
  churn: GraphChurn;
}

/**
 * Creates one namespace per operator version, and starts to change graphs in each namespace.
 *
 * @param owned disposing this stack stops the changes and deletes the namespaces
 */
export async function createSharedNamespaces(
  owned: AsyncDisposableStack,
  cluster: Cluster,
  { prefix, versions, pauseMs }: { prefix: string; versions: readonly string[]; pauseMs?: number },
): Promise<SharedNamespace[]> {
  const { client } = owned.use(await connectAdmin(cluster));
  const namespaces = await Promise.all(versions.map(async (version, index) => {
    const kube = await createNamespace(client);
    const churn = await churnGraphs(kube, pauseMs);
    const serviceAccount = `${prefix}-${index}`;
    return { namespace: kube.namespace, version, serviceAccount, churn };
  }));
  owned.defer(async () => {
    await Promise.all(namespaces.map(({ churn }) => churn[Symbol.asyncDispose]()));
  });
  return namespaces;
}

/** Starts the namespace-scoped operator of a namespace; resolves after the first reconciliation of this operator. */
export async function startScopedOperator(
  cluster: Cluster,
  { serviceAccount, namespace, version }: SharedNamespace,
  flags: readonly string[] = [],
): Promise<TestOperator> {
  const operator = await startTestOperator(cluster, {
    serviceAccount,
    restrictedTo: namespace,
    flags: [...flags, `--operator-version=${version}`],
  });
  await eventually(async () => {
    const { text } = await probe(`${operator.metricsUrl}/metrics`);
    const reconciliations = sumOfMetric(text, "controller_runtime_reconcile_total") ?? 0;
    assert(reconciliations > 0, await operator.log());
  });
  return operator;
}

/**
 * Returns all handovers in these namespaces, the handover with the smallest gap first.
 *
 * @throws AssertionError if two operators wrote to one namespace at the same time
 */
export async function findHandovers(
  cluster: Cluster,
  since: AuditMark,
  users: readonly string[],
  namespaces: readonly SharedNamespace[],
): Promise<Handover[]> {
  const entries = await cluster.audit.entries(since);
  return namespaces.flatMap(({ namespace }) =>
    handoversIn(namespace, namespaceWrites(entries, users, namespace))
  ).sort((a, b) => a.gapMs - b.gapMs);
}

/** Returns a summary of the handovers for the output of a test. `found` must be sorted by ascending gap. */
export function describeHandovers(found: readonly Handover[]): string {
  return `${found.length} handovers, smallest gap ${found[0]?.gapMs.toFixed(1)} ms`;
}
