import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

/**
 * Reads the object from the API server, with its managed fields, which the stores omit. Uses a list request, because
 * the operator lacks the permission `get` for most kinds. Returns undefined if the object was deleted or replaced.
 */
export async function readLive(
  { metadata: { name, namespace, uid } }: KubeObject,
  { client, resource, signal }: {
    client: Pick<Client, "list">;
    resource: Resource<KubeObject>;
    signal: AbortSignal | undefined;
  },
): Promise<KubeObject | undefined> {
  const fieldSelector = `metadata.name=${name}`;
  const { items } = await client.list(resource, { namespace, fieldSelector, signal });
  return items.find(({ metadata }) => metadata.uid === uid);
}
