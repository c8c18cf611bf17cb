import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";

const NAMED = 3;

/** Every graph and component of a cluster, in all namespaces; none of a kind that the cluster does not serve. */
export async function findGraphs(client: Pick<Client, "list">): Promise<KubeObject[]> {
  return [...await listIfServed(client, graphs), ...await listIfServed(client, components)];
}

/**
 * What an operator would act on in a cluster, as `2 DynamoGraphDeployments (default/a, default/b)` with some of their
 * names; undefined where there is nothing.
 */
export function describeGraphs(objects: readonly KubeObject[]): string | undefined {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const parts = [...byKind].map(([kind, ofKind]) => {
    const names = ofKind.slice(0, NAMED).map(({ metadata }) =>
      `${metadata.namespace}/${metadata.name}`
    );
    if (ofKind.length > NAMED) names.push("…");
    return `${ofKind.length} ${kind}${ofKind.length === 1 ? "" : "s"} (${names.join(", ")})`;
  });
  return parts.length === 0 ? undefined : parts.join(" and ");
}

async function listIfServed<T extends KubeObject>(
  client: Pick<Client, "list">,
  resource: Resource<T>,
): Promise<T[]> {
  try {
    return (await client.list(resource)).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
