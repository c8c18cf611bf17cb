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

/** What a user does in one namespace, and looks at. */
export interface Scene {
  readonly namespace: string;
  readonly client: Client;
  /** Applies a manifest, as `kubectl apply --server-side` does; what it no longer names goes. */
  apply<T extends KubeObject>(resource: Resource<T>, manifest: KubeObject): Promise<T>;
  get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<T>;
  find<T extends KubeObject>(resource: Resource<T>, name: string): Promise<T | undefined>;
  list<T extends KubeObject>(resource: Resource<T>): Promise<T[]>;
  /** Edits an object by a merge patch. */
  edit<T extends KubeObject>(resource: Resource<T>, name: string, body: unknown): Promise<T>;
  remove(resource: Resource<KubeObject>, name: string, options?: DeleteOptions): Promise<void>;
  /** Resolves when nothing has the name, or something with another UID. */
  untilGone(resource: Resource<KubeObject>, name: string, uid?: string): Promise<void>;
  /** Resolves when a graph reports this state for its newest generation. */
  untilState(graph: string, state: string): Promise<DynamoGraphDeployment>;
}

/** Creates a namespace, of a random name when none is given, and looks at it. */
export async function openScene(
  client: Client,
  name = `t-${crypto.randomUUID().slice(0, 8)}`,
): Promise<Scene> {
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return sceneIn(client, name);
}

/** The view of one namespace. */
function sceneIn(client: Client, namespace: string): Scene {
  const at = (name: string) => ({ name, namespace });
  const scene: Scene = {
    namespace,
    client,
    apply: (resource, manifest) =>
      client.apply(resource, { ...manifest, metadata: { ...manifest.metadata, namespace } }),
    get: (resource, name) => client.get(resource, at(name)),
    async find(resource, name) {
      try {
        return await scene.get(resource, name);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    list: async (resource) => (await client.list(resource, { namespace })).items,
    edit: (resource, name, body) => client.patch(resource, at(name), { type: "merge", body }),
    remove: (resource, name, options) => client.delete(resource, at(name), options),
    untilGone: (resource, name, uid) =>
      eventually(async () => {
        const found = (await scene.find(resource, name))?.metadata.uid;
        assertEquals(uid ? found === uid : found !== undefined, false, `${name} is still there`);
      }),
    untilState: (name, state) =>
      eventually(async () => {
        const graph = await scene.get(graphs, name);
        const { metadata: { generation = 0 }, status = {} } = graph;
        const said = { state: status.state, observedGeneration: status.observedGeneration };
        const why = status.conditions?.map(({ type, message }) => `${type}: ${message}`).join("\n");
        assertEquals(said, { state, observedGeneration: generation }, why ?? "No status yet");
        return graph;
      }),
  };
  return scene;
}
