import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { createExecutor, type Work } from "../../reconcile/apply/execute.ts";
import type { Execution } from "../../reconcile/apply/execution.ts";
import { storedKinds } from "../../reconcile/apply/stored_kinds.ts";

/**
 * Applies and prunes the children of a parent with newly filled stores, as an operator does right after its start. The
 * stores contain only the objects that the API server currently returns.
 *
 * @throws the error of the first object that cannot be written
 */
export async function applyWithFreshStores(
  { client, kinds }: { client: Client; kinds: readonly Resource<KubeObject>[] },
  work: Work,
): Promise<Execution> {
  const { namespace } = work.parent.metadata;
  const stored = await Promise.all(kinds.map(async (resource) => {
    const { store, feed } = createStore<KubeObject, KubeObject>({
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      project: (object) => object,
      onChange: () => {},
    });
    const { items } = await client.list(resource, { namespace });
    for (const object of items) feed.event("ADDED", object);
    return { resource, store };
  }));
  const execution = await createExecutor({ client, stores: storedKinds(stored) }).execute(work);
  for (const { error } of execution.errors) throw error;
  return execution;
}
