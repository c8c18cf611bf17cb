import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { REQUEST } from "../../crds/labels.ts";
import { type ConfigMap, configMaps, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ignoreNotFound, isAlreadyExists } from "../../kube/errors.ts";
import { objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ownerReference } from "../apply/ownership.ts";
import { graphs, requests } from "../dynamo/resources.ts";
import { hasLabelsOf, isOfRequest } from "./graph.ts";
import type { RequestObserved } from "./observed.ts";
import type { Action } from "./step.ts";

/** Dependencies of {@linkcode act}. */
export interface ActionContext {
  client: Pick<Client, "apply" | "create" | "delete" | "get" | "patch">;
  requestStore: Pick<Store<DynamoGraphDeploymentRequest>, "write">;
  graphStore: Pick<Store<DynamoGraphDeployment>, "write">;
  signal: AbortSignal;
}

/** Result of an action. The next plan uses it as input. */
export type ActionResult = Partial<Pick<RequestObserved, "skippedConfigMaps">>;

/** Executes an action. Repeating an action changes nothing. */
export async function act(
  context: ActionContext,
  request: DynamoGraphDeploymentRequest,
  action: Action,
): Promise<ActionResult> {
  const { client, signal } = context;
  switch (action.do) {
    case "deleteOutput": {
      const { metadata } = action.output;
      const { uid, resourceVersion } = metadata;
      await absent(client.delete(configMaps, metadata, { uid, resourceVersion, signal }));
      return {};
    }
    case "deletePod": {
      const { metadata } = action.pod;
      await absent(client.delete(pods, metadata, { uid: metadata.uid, signal }));
      return {};
    }
    case "keepOutput":
      await keepOutput(context, request, action);
      return {};
    case "applyConfigMaps": {
      const skippedConfigMaps: string[] = [];
      for (const configMap of action.configMaps) {
        const isApplied = await applyConfigMap(context, request, configMap, action.owner);
        if (!isApplied) skippedConfigMaps.push(objectKey(configMap.metadata));
      }
      return { skippedConfigMaps };
    }
    case "createGraph":
      // `create` fails if the graph exists but the watch has not reported it yet. The operator then reconciles the
      // request again.
      context.graphStore.write(await client.create(graphs, action.graph, { signal }));
      return {};
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

/**
 * Creates a generated ConfigMap, or updates it if this request created it. If a foreign ConfigMap has the same name,
 * changes nothing and returns false.
 */
async function applyConfigMap(
  { client, signal }: ActionContext,
  request: DynamoGraphDeploymentRequest,
  planned: ConfigMap,
  owner: DynamoGraphDeployment | undefined,
): Promise<boolean> {
  const manifest = owner
    ? { ...planned, metadata: { ...planned.metadata, ownerReferences: [ownerReference(owner)] } }
    : planned;
  try {
    await client.create(configMaps, manifest, { signal });
    return true;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const live = await client.get(configMaps, planned.metadata, { signal });
  const { uid, resourceVersion, ownerReferences = [] } = live.metadata;
  // A ConfigMap without an owner reference belongs to no graph. If its labels name this request, the operator replaces
  // the ConfigMap, even if an earlier request with the same name created it.
  const isOwn = ownerReferences.length === 0 ? hasLabelsOf : isOfRequest;
  if (!isOwn(live, planned, request)) return false;
  const metadata = {
    ...manifest.metadata,
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
  await client.apply(configMaps, { ...manifest, metadata }, { signal });
  return true;
}
