import { createClient } from "../../kube/client.ts";
import type { Client } from "../../kube/client.ts";
import { createTransport } from "../../kube/transport.ts";
import { describeRef, refOf } from "../../reconcile/apply/execution.ts";
import type { PlatformConfig } from "../../reconcile/dynamo/platform_config.ts";
import { VERSION } from "../cli/version.ts";
import { clusterConfig, kubeconfigPaths } from "../run/cluster_config.ts";
import { isolateNetwork } from "../run/network_environment.ts";
import { afterApply, type Change, changesOf } from "./changes.ts";
import { loadCluster } from "./load_cluster.ts";
import type { RenderOptions } from "./options.ts";
import { type ParentPlan, planParents } from "./plan_parents.ts";

/**
 * Prints the changes that the operator would make in the cluster, for each graph and each standalone component. Writes
 * nothing to the cluster.
 */
export async function printDiff(options: RenderOptions): Promise<void> {
  const cluster = await clusterConfig(options);
  if (kubeconfigPaths(options) === undefined) isolateNetwork();
  const transport = createTransport(cluster, { userAgent: `dynamo-operator/${VERSION}` });
  try {
    const namespace = options.namespace || options.restrictedNamespace;
    const { platform } = options;
    console.log(await describeDiff(createClient(transport), { namespace, platform }));
  } finally {
    transport.close();
  }
}

/**
 * Describes the changes that an operator would make in a cluster. For each graph and each standalone component, the
 * text has one line with the effect on running pods, and one line for each change. The last line is a summary.
 */
export async function describeDiff(
  client: Pick<Client, "list" | "serves">,
  { namespace, platform }: { namespace: string; platform: PlatformConfig },
): Promise<string> {
  const { load, find } = loadCluster(client, namespace);
  const plans = await planParents({
    platform,
    serves: (resource) => client.serves(resource),
    load,
    stored(manifest, step) {
      const live = find(step.live?.metadata.uid);
      return live ? afterApply(manifest, step, live) : manifest;
    },
  });
  const roots = plans.filter(({ graph }) => graph === undefined);
  const groups = roots.map((root) => {
    const members = [root, ...plans.filter(({ graph }) => graph === root.parent)];
    return { root, members, changes: members.flatMap((plan) => changesOf(plan, find)) };
  });
  if (groups.length === 0) return "No graphs and no components";
  const affected = groups.filter(({ changes }) => changes.some(({ pods }) => pods)).length;
  const summary = affected === 0 ? "no pod restarts" : `${affected} of them restart or stop pods`;
  return [
    ...groups.map(({ root, members, changes }) => describeGroup(root, members, changes)),
    `Graphs and standalone components: ${groups.length}, ${summary}`,
  ].join("\n");
}

function describeGroup(
  { parent, paused }: ParentPlan,
  members: readonly ParentPlan[],
  changes: readonly Change[],
): string {
  const problems = members.flatMap(({ parent: member, problems }) =>
    problems.map((problem) =>
      member === parent ? problem : `${describeRef(refOf(member))}: ${problem}`
    )
  );
  const effects = [
    ...(paused ? ["paused"] : []),
    ...(changes.some(({ pods }) => pods === "restart") ? ["restarts pods"] : []),
    ...(changes.some(({ pods }) => pods === "stop") ? ["stops pods"] : []),
  ];
  if (!changes.some(({ pods }) => pods)) effects.push("no pod restarts");
  return [
    `${describeRef(refOf(parent))}: ${effects.join(", ")}`,
    ...problems.map((problem) => `  problem ${problem}`),
    ...changes.map(describeChange),
  ].join("\n");
}

function describeChange({ verb, ref, why, pods }: Change): string {
  const fields = why.length > 0 ? `: ${why.join(", ")}` : "";
  return `  ${(pods ?? verb).padEnd(7)} ${describeRef(ref)}${fields}`;
}
