import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { isPaused, LABELS } from "../../crds/labels.ts";
import { isOfKind } from "../../crds/names.ts";
import type { Secret } from "../../kube/builtin.ts";
import { type KubeObject, objectKey, type OwnerReference } from "../../kube/object.ts";
import { hasAdoptionMark } from "../apply/adoption_marks.ts";
import { controllerOf } from "../apply/ownership.ts";
import { modelServiceName } from "../dynamo/names.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graphs as graphKind } from "../dynamo/resources.ts";
import type { Lookup } from "../engine/lookup.ts";
import type { WatchedKinds } from "../engine/watched_kinds.ts";
import { servedOrchestrators, workloads } from "../workload/workloads.ts";
import { BY_MODEL_SERVICE, BY_POD_SERVICE_ACCOUNT, type componentKinds } from "./children.ts";
import { isModelService } from "./model_service.ts";
import type { MpiObserved } from "./mpi_secret.ts";
import type { ComponentObserved } from "./plan.ts";
import type { SshKeyPair } from "./ssh_key_pair.ts";

/** The kinds that the component controller watches, with a {@link Lookup} for each. */
export type ComponentKinds = WatchedKinds<
  DynamoComponentDeployment,
  ReturnType<typeof componentKinds>["children"]
>;

/**
 * Returns the stored objects that the plan of a component depends on.
 *
 * @param isBehind returns whether the status of an object may be older than its spec, see `createObservationRecord`
 */
export function gatherComponent(
  component: DynamoComponentDeployment,
  { own, children, observe }: ComponentKinds,
  isBehind: (live: KubeObject, mark: string) => boolean,
): ComponentObserved {
  const { namespace = "", uid } = component.metadata;
  const model = component.spec?.modelRef?.name;
  const observed = observe(component);
  return {
    ...observed,
    unobserved: new Set(
      observed.owned.filter((live) => {
        const mark = statusMarkOf(live);
        return mark !== undefined && isBehind(live, mark);
      }).map(({ metadata }) => metadata.uid ?? ""),
    ),
    graphName: graphNameOf(component),
    served: servedOrchestrators(children),
    components: model
      ? own.byIndex(BY_MODEL_SERVICE, objectKey({ namespace, name: modelServiceName(model) }))
      : [],
    modelServices: children.services.ownedBy(uid).filter(isModelService),
    pullSecrets: children.pullSecrets.namespace(namespace),
    podServiceAccounts: children.podServiceAccounts.byIndex(BY_POD_SERVICE_ACCOUNT, namespace)
      .map(({ metadata }) => metadata.name),
    hasServiceAccount: (name) => children.podServiceAccounts.get({ namespace, name }) !== undefined,
  };
}

/**
 * Returns a text that changes when the status of a workload changes. The operator compares two such texts to detect a
 * status that is older than the spec. Returns undefined if the status contains the observed generation, or if the
 * object is not a workload.
 */
function statusMarkOf(live: KubeObject): string | undefined {
  return workloads.find(({ resource }) => resource.kind === live.kind)?.statusMark?.(live);
}

/**
 * Returns the stored Secrets that the plan of the MPI Secret depends on. Calls `newKey` if pods use the Secret, and
 * neither the Secret in their namespace nor the Secret that the operator copies exists.
 *
 * @param parent a component, or a graph on Grove
 * @param isUsed whether pods of the parent mount the Secret
 */
export async function gatherMpi(
  { metadata: { namespace = "", uid } }: KubeObject,
  isUsed: boolean,
  { mpiSecrets }: { mpiSecrets: Pick<Lookup<Secret>, "get" | "ownedBy"> },
  { mpiSecret: { name, namespace: sourceNamespace } }: Pick<PlatformConfig, "mpiSecret">,
  newKey: () => Promise<SshKeyPair | undefined>,
): Promise<MpiObserved> {
  const source = sourceNamespace ? mpiSecrets.get({ namespace: sourceNamespace, name }) : undefined;
  const isMissing = isUsed && !source && !mpiSecrets.get({ namespace, name });
  return {
    source,
    copies: mpiSecrets.ownedBy(uid),
    newKey: isMissing ? await newKey() : undefined,
  };
}

/**
 * Returns the name of the graph of a component; "" for a standalone component. A former child of a graph may lack the
 * owner reference. The name then comes from a label in the spec, so that the pods do not change after a deletion with
 * `--cascade=orphan`.
 */
export function graphNameOf(component: DynamoComponentDeployment): string {
  const former = hasAdoptionMark(component) ? component.spec?.labels?.[LABELS.graphName] : "";
  return graphOf(component)?.name ?? former ?? "";
}

/** Returns whether a component, or the graph that controls the component, is paused. */
export function isComponentPaused(
  component: DynamoComponentDeployment,
  graphs: Pick<Lookup<DynamoGraphDeployment>, "get">,
): boolean {
  if (isPaused(component)) return true;
  const owner = graphOf(component);
  if (!owner) return false;
  const { namespace } = component.metadata;
  const graph = graphs.get({ namespace, name: owner.name });
  return graph !== undefined && graph.metadata.uid === owner.uid && isPaused(graph);
}

/** Returns the owner reference to the graph that controls a component; undefined for a standalone component. */
export function graphOf(component: DynamoComponentDeployment): OwnerReference | undefined {
  const owner = controllerOf(component);
  return owner && isOfKind(owner, graphKind) ? owner : undefined;
}
