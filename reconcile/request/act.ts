import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { REQUEST } from "../../crds/labels.ts";
import { type ConfigMap, configMaps, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ignoreNotFound, isAlreadyExists } from "../../kube/errors.ts";
import type { Store } from "../../kube/store.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ownerReference } from "../apply/ownership.ts";
import { NameConflictError } from "../dynamo/problem.ts";
import { graphs, requests } from "../dynamo/resources.ts";
import { isOfRequest } from "./graph.ts";
import type { Action } from "./step.ts";

/** Dependencies of {@linkcode act}. */
export interface ActionContext {
  client: Pick<Client, "apply" | "create" | "delete" | "get" | "patch">;
  requestStore: Pick<Store<DynamoGraphDeploymentRequest>, "write">;
  graphStore: Pick<Store<DynamoGraphDeployment>, "write">;
  signal: AbortSignal;
}

/**
 * Executes an action. A second execution of the same action changes nothing.
 *
 * @throws {NameConflictError} if a foreign ConfigMap has the name of a generated one
 */
export async function act(
  context: ActionContext,
  request: DynamoGraphDeploymentRequest,
  action: Action,
): Promise<void> {
  const { client, signal } = context;
  switch (action.do) {
    case "deleteOutput": {
      const { metadata } = action.output;
      const { uid, resourceVersion } = metadata;
      return await absent(client.delete(configMaps, metadata, { uid, resourceVersion, signal }));
    }
    case "deletePod": {
      const { metadata } = action.pod;
      return await absent(client.delete(pods, metadata, { uid: metadata.uid, signal }));
    }
    case "keepOutput":
      return await keepOutput(context, request, action);
    case "applyConfigMaps":
      for (const configMap of action.configMaps) {
        await applyConfigMap(context, request, configMap, action.owner);
      }
      return;
    case "createGraph":
      // If the API server reports that the graph exists, the watch has not reported the graph yet. The operator then
      // reconciles the request again.
      context.graphStore.write(await client.create(graphs, action.graph, { signal }));
      return;
  }
}

async function absent(request: Promise<void>): Promise<void> {
  await ignoreNotFound(request);
}

async function keepOutput(
  { client, requestStore, signal }: ActionContext,
  request: DynamoGraphDeploymentRequest,
  { output, additional }: Extract<Action, { do: "keepOutput" }>,
): Promise<void> {
  const { ownerReferences = [], uid, resourceVersion } = output.metadata;
  const others = ownerReferences.filter((owner) => owner.uid !== request.metadata.uid);
  if (others.length === ownerReferences.length) {
    const owners = [...others, ownerReference(request)];
    const body = { metadata: { uid, resourceVersion, ownerReferences: owners } };
    await client.patch(configMaps, output.metadata, { type: "merge", body }, { signal });
  }
  const { annotations, resourceVersion: observed } = request.metadata;
  const key = REQUEST.additionalResources;
  if ((annotations?.[key] ?? "") === additional) return;
  const body = {
    metadata: { resourceVersion: observed, annotations: { [key]: additional || null } },
  };
  const stored = await client.patch(requests, request.metadata, { type: "merge", body }, {
    signal,
  });
  requestStore.write(stored);
}

/** Creates a generated ConfigMap, or updates that of this request. Leaves a foreign ConfigMap unchanged. */
async function applyConfigMap(
  { client, signal }: ActionContext,
  request: DynamoGraphDeploymentRequest,
  planned: ConfigMap,
  owner: DynamoGraphDeployment | undefined,
): Promise<void> {
  const manifest = owner
    ? { ...planned, metadata: { ...planned.metadata, ownerReferences: [ownerReference(owner)] } }
    : planned;
  try {
    await client.create(configMaps, manifest, { signal });
    return;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const live = await client.get(configMaps, planned.metadata, { signal });
  const { namespace, name, uid, resourceVersion } = live.metadata;
  if (!isOfRequest(live, planned, request)) {
    throw new NameConflictError(
      "metadata.name",
      `ConfigMap "${namespace}/${name}" exists and was not created for this request: delete or rename it`,
    );
  }
  const metadata = {
    ...manifest.metadata,
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
  await client.apply(configMaps, { ...manifest, metadata }, { signal });
}
