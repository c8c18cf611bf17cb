// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { namespaces } from "../../kube/builtin.ts";
import type { Client, DeleteOptions } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "./eventually.ts";

/** A client for the objects of one namespace, with the credentials of `client`. */
export interface NamespaceClient {
  readonly namespace: string;
  readonly client: Client;
  /** Applies a manifest like `kubectl apply --server-side`: fields that are no longer in the manifest are removed. */
  apply<T extends KubeObject>(resource: Resource<T>, manifest: KubeObject): Promise<T>;
  get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<T>;
  find<T extends KubeObject>(resource: Resource<T>, name: string): Promise<T | undefined>;
  list<T extends KubeObject>(resource: Resource<T>): Promise<T[]>;
  /** Changes an object with a merge patch. */
  edit<T extends KubeObject>(resource: Resource<T>, name: string, body: unknown): Promise<T>;
  delete(resource: Resource<KubeObject>, name: string, options?: DeleteOptions): Promise<void>;
  /** Resolves when no object with this name (and UID, if `uid` is given) exists. */
  untilGone(resource: Resource<KubeObject>, name: string, uid?: string): Promise<void>;
  /** Resolves when the status of a graph has this state for the newest generation of the graph. */
  untilState(graph: string, state: string): Promise<DynamoGraphDeployment>;
}

export async function createNamespace(
  client: Client,
  name = `t-${crypto.randomUUID().slice(0, 8)}`,
): Promise<NamespaceClient> {
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return namespaceClient(client, name);
}

function namespaceClient(client: Client, namespace: string): NamespaceClient {
  const at = (name: string) => ({ name, namespace });
  const kube: NamespaceClient = {
    namespace,
    client,
    apply: (resource, manifest) =>
      client.apply(resource, { ...manifest, metadata: { ...manifest.metadata, namespace } }),
    get: (resource, name) => client.get(resource, at(name)),
    async find(resource, name) {
      try {
        return await kube.get(resource, name);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    list: async (resource) => (await client.list(resource, { namespace })).items,
    edit: (resource, name, body) => client.patch(resource, at(name), { type: "merge", body }),
    delete: (resource, name, options) => client.delete(resource, at(name), options),
    untilGone: (resource, name, uid) =>
      eventually(async () => {
        const found = (await kube.find(resource, name))?.metadata.uid;
        assertEquals(uid ? found === uid : found !== undefined, false, `"${name}" still exists`);
      }),
    untilState: (name, state) =>
      eventually(async () => {
        const graph = await kube.get(graphs, name);
        const { metadata: { generation = 0 }, status = {} } = graph;
        const actual = { state: status.state, observedGeneration: status.observedGeneration };
        const conditions = status.conditions?.map(({ type, message }) => `${type}: ${message}`);
        assertEquals(
          actual,
          { state, observedGeneration: generation },
          conditions?.join("\n") ?? "The status is not set yet",
        );
        return graph;
      }),
  };
  return kube;
}
