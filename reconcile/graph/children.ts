import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import { dynamoGraphDeploymentNames, isOfKind } from "../../crds/names.ts";
import {
  clusterRoles,
  ingresses,
  persistentVolumeClaims,
  roleBindings,
  roles,
  serviceAccounts,
  services,
} from "../../kube/builtin.ts";
import { sameJson } from "../../kube/json.ts";
import { type KubeObject, objectKey, objectKeys } from "../../kube/object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { rule } from "../../kube/policy_rules.ts";
import {
  componentName,
  discoveryServiceAccount,
  PLANNER_SERVICE_ACCOUNT,
} from "../dynamo/names.ts";
import { isOwnersOnly } from "../component/children.ts";
import { BY_MPI_SECRET, mpiSecretKind } from "../component/mpi_secret_kind.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { components, graphs, scalingAdapters } from "../dynamo/resources.ts";
import { isPlanner } from "../dynamo/service_input.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import type { Lookup } from "../engine/lookup.ts";
import { controllerKey } from "../engine/watch.ts";
import { groveIndexes, groveKinds, SCALE_RULE } from "../grove/children.ts";
import { workloadKinds } from "../workload/workloads.ts";
import { graphUsesMpiSecret } from "./grove_plan.ts";
import { DISCOVERY_RULES, reduceRoleBinding } from "./rbac.ts";

/** Returns all kinds that the graph controller reads and writes. */
export function graphKinds(settings: ChildSettings) {
  const { plannerClusterRoleName, plannerRbacProvided, virtualServiceGateway } = settings;
  const planned = {
    project: reduceForeign,
    settleMs: CHILDREN_SETTLE_MS,
    keys: graphsOfChild,
    verbs: APPLY_AND_PRUNE,
  };
  // Components own these workloads. The graph controller watches these kinds only to know whether the API server serves
  // them.
  const optionalWorkloads = Object.fromEntries(
    workloadKinds().filter(({ optional }) => optional).map(({ resource }) => [
      resource.plural,
      childKind({ resource, project: reduceForeign, optional: true, keys: () => [] }),
    ]),
  );
  return {
    own: ownKind({
      resource: graphs,
      project: withoutApplyHistory,
      indexes: { ...graphIndexes, ...groveIndexes },
      verbs: ["patch"],
    }),
    children: {
      ...optionalWorkloads,
      ...groveKinds(settings),
      components: childKind({ ...planned, resource: components, project: withoutApplyHistory }),
      scalingAdapters: childKind({
        ...planned,
        resource: scalingAdapters,
        project: withoutApplyHistory,
        optional: true,
        keysOfUpdate: graphsOfAdapterUpdate,
      }),
      serviceAccounts: childKind({
        ...planned,
        resource: serviceAccounts,
        keys: graphsOfRbacObject,
        // The executor reads a ServiceAccount before it applies one, because an apply succeeds even if a foreign
        // ServiceAccount has the same name.
        verbs: ["get", ...APPLY_AND_PRUNE],
      }),
      // Services, Ingresses and VirtualServices of graphs on Grove. In other graphs, components own these objects.
      services: childKind({
        ...planned,
        resource: services,
        keys: owningGraphs,
        keysOfUpdate: graphsOfServiceUpdate,
      }),
      ingresses: childKind({ ...planned, resource: ingresses, keys: owningGraphs }),
      virtualServices: virtualServiceGateway
        ? childKind({ ...planned, resource: virtualServices, keys: owningGraphs, optional: true })
        : undefined,
      roles: childKind({ ...planned, resource: roles }),
      roleBindings: childKind({
        ...planned,
        resource: roleBindings,
        project: reduceRoleBinding,
        keys: graphsOfRbacObject,
      }),
      mpiSecrets: mpiSecretKind(settings),
      pvcs: childKind({
        resource: persistentVolumeClaims,
        project: reduceForeign,
        keys: ({ metadata }, own) => objectKeys(own.byIndex(BY_PVC, objectKey(metadata))),
        verbs: ["create", "patch"],
      }),
      plannerClusterRole: plannerClusterRoleName === "" || plannerRbacProvided
        ? undefined
        : childKind({
          resource: clusterRoles,
          project: withoutApplyHistory,
          name: plannerClusterRoleName,
          keys: graphsWithPlanner,
          // With the verb `bind`, the operator can bind planners to a ClusterRole even if the operator itself lacks the
          // permissions of this ClusterRole.
          verbs: ["bind"],
        }),
    },
    rules: [
      // The API server lets the operator create a Role of a graph only if the operator has all permissions of the Role.
      ...DISCOVERY_RULES,
      SCALE_RULE,
      // Before the operator prunes a ServiceAccount, it lists pods to check that none uses the ServiceAccount.
      rule("", ["pods"], ["list"]),
    ],
  };
}

/** Name of the index that finds graphs by the `namespace/name` of their planned children. */
const BY_CHILD = "child";
/** Name of the index that finds graphs by the `namespace/name` of the PVCs in their spec. */
const BY_PVC = "pvc";
/** Name of the index that finds graphs with a planner by their namespace. The value "" finds them in all namespaces. */
const BY_PLANNER = "planner";

const graphIndexes = {
  [BY_CHILD]: ({ metadata: { name, namespace }, spec }: DynamoGraphDeployment) => {
    const account = discoveryServiceAccount(name);
    const services = Object.keys(spec?.services ?? {});
    return [
      ...services.map((service) => componentName(name, service)),
      ...[account, `${account}-role`, `${account}-binding`],
    ].map((child) => objectKey({ namespace, name: child }));
  },
  [BY_PVC]: ({ metadata: { namespace }, spec }: DynamoGraphDeployment) =>
    (spec?.pvcs ?? []).map(({ name }) => objectKey({ namespace, name })),
  [BY_MPI_SECRET]: (graph: DynamoGraphDeployment) =>
    graph.status?.orchestrator === "grove" && graphUsesMpiSecret(graph)
      ? ["", graph.metadata.namespace ?? ""]
      : [],
  [BY_PLANNER]: ({ metadata: { namespace }, spec }: DynamoGraphDeployment) =>
    Object.values(spec?.services ?? {}).some(isPlanner) ? ["", namespace ?? ""] : [],
};

type Graphs = Pick<Lookup<KubeObject>, "byIndex">;

const controllingGraph = controllerKey(dynamoGraphDeploymentNames);

/**
 * Returns the keys of the graphs that own an object. If several graphs serve a model, all of them own the Service of
 * the model.
 */
function owningGraphs({ metadata: { namespace, ownerReferences = [] } }: KubeObject): string[] {
  return ownerReferences.filter((owner) => isOfKind(owner, dynamoGraphDeploymentNames))
    .map(({ name }) => objectKey({ namespace, name }));
}

/**
 * Returns the keys of the graphs that an update of a Service affects. If a graph adds itself to the owners of a model's
 * Service, the other owners are not affected.
 */
function graphsOfServiceUpdate(service: KubeObject, previous: KubeObject): string[] {
  const [now, before] = [service, previous].map(owningGraphs);
  const removed = (before ?? []).filter((key) => !now?.includes(key));
  return isOwnersOnly(service, previous) ? removed : [...now ?? [], ...removed];
}

/**
 * Returns the keys of the graph that controls an object, and of all graphs that need a child with the object's name. A
 * foreign object with this name may block these graphs.
 */
function graphsOfChild(child: KubeObject, graphs: Graphs): string[] {
  const planning = objectKeys(graphs.byIndex(BY_CHILD, objectKey(child.metadata)));
  return [...new Set([...controllingGraph(child), ...planning])];
}

/** Returns the keys of the graphs that an update of a scaling adapter affects; none if only its status changed. */
function graphsOfAdapterUpdate(
  adapter: DynamoGraphDeploymentScalingAdapter,
  previous: DynamoGraphDeploymentScalingAdapter,
  graphs: Graphs,
): string[] {
  const [now, before] = [adapter, previous].map(({ metadata, spec }) => ({
    metadata: { ...metadata, resourceVersion: undefined },
    spec,
  }));
  return sameJson(now, before)
    ? []
    : [adapter, previous].flatMap((state) => graphsOfChild(state, graphs));
}

/**
 * Returns the keys of the graphs that a ServiceAccount or RoleBinding affects. All graphs in a namespace share the
 * planner's ServiceAccount and RoleBinding.
 */
function graphsOfRbacObject(object: KubeObject, graphs: Graphs): string[] {
  const shared = [PLANNER_SERVICE_ACCOUNT, `${PLANNER_SERVICE_ACCOUNT}-binding`];
  const isPlanners = shared.includes(object.metadata.name);
  return isPlanners ? graphsWithPlanner(object, graphs) : graphsOfChild(object, graphs);
}

/** Returns the keys of graphs with a planner. If the object is namespaced, returns only graphs in its namespace. */
function graphsWithPlanner({ metadata }: KubeObject, graphs: Graphs): string[] {
  return objectKeys(graphs.byIndex(BY_PLANNER, metadata.namespace ?? ""));
}
