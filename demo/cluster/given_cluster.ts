import { clusterRoles, deployments, leases, namespaces } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import type { KubeObject, ObjectName } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { taskLine } from "../deno_command.ts";
import { NAMESPACE, OPERATOR_NAMESPACE, OPERATOR_ROLE } from "../names.ts";
import type { Screen } from "../view/screen.ts";
import { accessCluster, type ClusterAccess } from "./cluster_access.ts";
import { LEADER_LEASE, otherOperator } from "./other_operator.ts";
import { describeGraphs, findGraphs } from "./others_graphs.ts";

/**
 * Takes the cluster of a context of the user's kubeconfig. Throws when it cannot be used for the story: kubectl is
 * missing, another operator for Dynamo graphs runs there, an earlier demo left something behind, or there are graphs,
 * on which the demo's operator would act with its own flags.
 */
export async function givenCluster(context: string, screen: Screen): Promise<ClusterAccess> {
  const folder = await Deno.makeTempDir({ prefix: "dynamo-demo-" });
  const end = () => Deno.remove(folder, { recursive: true });
  try {
    const kubeconfig = Deno.env.get("KUBECONFIG") || `${Deno.env.get("HOME") ?? ""}/.kube/config`;
    const program = "kubectl";
    const access = await accessCluster({ kubeconfig, context, program, folder, screen, end });
    await refuseWithoutKubectl(access);
    await refuseIfOccupied(access.client, context);
    return access;
  } catch (error) {
    await end();
    throw error;
  }
}

async function refuseWithoutKubectl({ kubectl }: ClusterAccess): Promise<void> {
  try {
    await kubectl.ask(["version", "--client"]);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      `Cannot find kubectl on PATH: install it, or take the one in the folder that "${
        taskLine("cluster", "bin")
      }" prints`,
      { cause },
    );
  }
}

async function refuseIfOccupied(client: Client, context: string): Promise<void> {
  const { items } = await client.list(deployments);
  const lease = await getIfPresent(client, leases, LEADER_LEASE);
  const other = otherOperator(items, lease, Date.now());
  if (other !== undefined) {
    throw new Error(
      `Cannot use the cluster of context "${context}": another operator for Dynamo graphs seems to run there: ${other}; ` +
        "two of them would undo each other's work, stop that one or use another cluster",
    );
  }
  const remains = [
    await getIfPresent(client, namespaces, { name: NAMESPACE }),
    await getIfPresent(client, namespaces, { name: OPERATOR_NAMESPACE }),
    await getIfPresent(client, clusterRoles, { name: OPERATOR_ROLE }),
  ].filter((object) => object !== undefined);
  if (remains.length > 0) {
    const names = remains.map(({ kind, metadata }) => `${kind} "${metadata.name}"`);
    throw new Error(
      `Cannot use the cluster of context "${context}": ${names.join(", ")} exists already, ` +
        "probably from an earlier demo; delete it first",
    );
  }
  const held = describeGraphs(await findGraphs(client));
  if (held !== undefined) {
    throw new Error(
      `Cannot use the cluster of context "${context}": it holds ${held}, on which the demo's operator would act; ` +
        "use an empty cluster",
    );
  }
}

async function getIfPresent<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  at: ObjectName,
): Promise<T | undefined> {
  try {
    return await client.get(resource, at);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
