import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { frontend, graphOf } from "./graphs.ts";
import { removeNamespace } from "./delete_namespace.ts";
import { openScene, type Scene } from "./namespace_client.ts";

/** A namespace to look at and one beside it, which are gone at the end with all that is in them. */
export interface Places extends AsyncDisposable {
  own: Scene;
  other: Scene;
}

export async function openPlaces(client: Client): Promise<Places> {
  const [own, other] = [await openScene(client), await openScene(client)];
  return {
    own,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([own, other].map(({ namespace }) => removeNamespace(client, namespace)));
    },
  };
}

/** A graph that is ready without any pod, in a namespace that is given by whoever applies it, if none is named. */
export function podless(name: string, turn = "", namespace?: string): KubeObject {
  const services = { Frontend: frontend({ replicas: 0 }) };
  const graph = graphOf(name, services, { envs: [{ name: "TURN", value: turn }] });
  return namespace === undefined ? graph : { ...graph, metadata: { ...graph.metadata, namespace } };
}

/** Resolves when an operator has made a graph from nothing: it had the time to act in other places too. */
export async function actIn(scene: Scene, name: string): Promise<void> {
  await scene.apply(graphs, podless(name));
  await scene.untilState(name, "successful");
}
