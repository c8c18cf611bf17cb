// @ts-types="../../../types/std/assert.d.ts"
import { assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../../crds/kinds/graph.ts";
import { GROVE_CRDS, groveCrds } from "../../../devcluster/addons/grove_crds.ts";
import { type AuditEntry, writesOf } from "../../../devcluster/audit_entry.ts";
import type { Cluster } from "../../../devcluster/cluster.ts";
import { startCluster } from "../../../devcluster/start_cluster.ts";
import { connectAdmin } from "../admin_client.ts";
import { eventually } from "../eventually.ts";
import { probe } from "../http_probe.ts";
import { installCrds } from "../installation.ts";
import { createNamespace, type NamespaceClient } from "../namespace_client.ts";
import { startTestOperator, type TestOperator } from "../test_operator.ts";
import { type ScriptedGrove, startScriptedGrove } from "./scripted_grove.ts";
import { type GroveWebhooks, startGroveWebhooks } from "./webhooks.ts";

/** A separate control plane with a running operator, and without Grove until a test calls `installGrove`. */
export interface GroveEnvironment extends AsyncDisposable {
  cluster: Cluster;
  kube: NamespaceClient;
  operator(): TestOperator;
  restartOperator(): Promise<void>;
  /**
   * Installs the CRDs and webhooks of Grove, and waits until the operator has noticed them. Then starts to simulate
   * Grove in the namespace of `kube`.
   */
  installGrove(): Promise<{ grove: ScriptedGrove; webhooks: GroveWebhooks }>;
  /** Runs a step, and returns the writes of the operator in the namespace of `kube` during the step. */
  writesDuring(step: () => Promise<unknown>): Promise<AuditEntry[]>;
}

/**
 * Starts a separate control plane. If Grove were installed on the shared control plane, the graphs of all other tests
 * would run on Grove.
 */
export async function startGroveEnvironment(serviceAccount: string): Promise<GroveEnvironment> {
  await using owned = new AsyncDisposableStack();
  const cluster = owned.use(await startCluster());
  await installCrds(cluster);
  const { client } = owned.use(await connectAdmin(cluster));
  // Leader election is off, so that a restarted operator does not wait for the leader Lease.
  const options = { serviceAccount, flags: ["--leader-elect=false"] };
  let operator = await startTestOperator(cluster, options);
  owned.defer(() => operator[Symbol.asyncDispose]());
  const kube = await createNamespace(client);
  const kept = owned.move();
  return {
    cluster,
    kube,
    operator: () => operator,
    async restartOperator() {
      await operator.stop();
      operator = await startTestOperator(cluster, options);
    },
    async installGrove() {
      await groveCrds(cluster);
      await eventually(async () => {
        const { text } = await probe(`${operator.healthUrl}/readyz?verbose`);
        for (const name of GROVE_CRDS) assertStringIncludes(text, `informer/${name} ok\n`);
      });
      const webhooks = kept.use(await startGroveWebhooks(cluster));
      return { webhooks, grove: kept.use(startScriptedGrove(kube)) };
    },
    async writesDuring(step) {
      const mark = await cluster.audit.mark();
      await step();
      return writesOf(operator.user, await cluster.audit.entries(mark))
        .filter(({ namespace }) => namespace === kube.namespace);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/**
 * Returns the sorted writes to kinds of Grove as `verb resource[/subresource] name`. Omits refused writes, because an
 * apply can conflict with a status that Grove writes at the same time.
 */
export function groveWrites(writes: readonly AuditEntry[]): string[] {
  return writes.filter(({ group, code }) => group === "grove.io" && code < 300)
    .map(({ verb, resource, subresource, name }) =>
      `${verb} ${resource}${subresource ? `/${subresource}` : ""} ${name}`
    ).sort();
}

/** Returns the status and the reason of a condition of a graph, such as `False NameTooLong`. */
export function conditionText(
  { status }: DynamoGraphDeployment,
  type: string,
): string | undefined {
  const found = status?.conditions?.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}`;
}
