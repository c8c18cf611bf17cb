import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { dynamoGraphDeploymentRequestNames } from "../../crds/names.ts";
import { clusterRoles, jobs, roleBindings, serviceAccounts } from "../../kube/builtin.ts";
import { type KubeObject, objectKey, objectKeys } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { graphs, requests } from "../dynamo/resources.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import type { Lookup } from "../engine/lookup.ts";
import type { WatchedKinds } from "../engine/watched_kinds.ts";
import { controllerKey } from "../engine/watch.ts";
import { bindingName, reduceRoleBinding } from "../graph/rbac.ts";
import { ACCESS_REVIEW_RULE } from "./access.ts";
import { graphPlace } from "./graph.ts";
import { jobName, PROFILING_SERVICE_ACCOUNT } from "./names.ts";

/** The kinds that the controller of requests watches, with a lookup for each. */
export type RequestKinds = WatchedKinds<
  DynamoGraphDeploymentRequest,
  ReturnType<typeof requestKinds>["children"]
>;

/** Returns all kinds that the controller of requests reads and writes. */
export function requestKinds(
  { profilingClusterRoleName: role, plannerRbacProvided }: Pick<
    ChildSettings,
    "profilingClusterRoleName" | "plannerRbacProvided"
  >,
) {
  return {
    own: ownKind({
      resource: requests,
      project: withoutApplyHistory,
      indexes: requestIndexes,
      verbs: ["patch"],
    }),
    children: {
      jobs: childKind({
        resource: jobs,
        project: reduceForeign,
        settleMs: CHILDREN_SETTLE_MS,
        keys: (job, requests) => [
          ...new Set([
            ...controllingRequest(job),
            ...objectKeys(requests.byIndex(BY_JOB, objectKey(job.metadata))),
          ]),
        ],
        verbs: APPLY_AND_PRUNE,
        // Keeps the Job until its pods are deleted. Otherwise these pods could store output after the operator has
        // created the Job again.
        deletesDependentsFirst: true,
      }),
      // A change to the graph can change the state of its request. A foreign graph with the same name can block a
      // request.
      graphs: childKind({
        resource: graphs,
        project: withoutApplyHistory,
        keys: ({ metadata }, requests) =>
          objectKeys(requests.byIndex(BY_GRAPH, objectKey(metadata))),
      }),
      ...(plannerRbacProvided ? {} : accountKinds(role)),
    },
    rules: [
      rule(graphs.group, [graphs.plural], ["create"]),
      rule("", ["configmaps"], ["get", "create", "patch", "delete"]),
      rule("", ["pods"], ["list", "delete"]),
      rule("events.k8s.io", ["events"], ["list"]),
      ...(plannerRbacProvided ? [] : [ACCESS_REVIEW_RULE]),
    ],
  };
}

/**
 * Returns the kinds of the objects that give permissions to profiling pods. A namespace-scoped operator does not use
 * these kinds, because its Helm chart creates the objects.
 */
function accountKinds(role: string) {
  const shared = { settleMs: CHILDREN_SETTLE_MS, keys: requestsOfAccount };
  return {
    serviceAccounts: childKind({
      ...shared,
      resource: serviceAccounts,
      project: reduceForeign,
      verbs: ["get", "create", "patch"],
    }),
    roleBindings: childKind({
      ...shared,
      resource: roleBindings,
      project: reduceRoleBinding,
      // Includes `delete`, because the operator must replace a RoleBinding that refers to another role.
      verbs: APPLY_AND_PRUNE,
    }),
    profilingClusterRole: role === "" ? undefined : childKind({
      resource: clusterRoles,
      project: withoutApplyHistory,
      name: role,
      keys: (_role, requests) => objectKeys(requests.byIndex(BY_ACCOUNT, "")),
      verbs: ["bind"],
    }),
  };
}

/**
 * Names of the indexes that find requests by their Job, by their graph, and by the namespace of their ServiceAccount.
 */
const BY_JOB = "job";
const BY_GRAPH = "graph";
const BY_ACCOUNT = "account";

const requestIndexes = {
  [BY_JOB]: ({ metadata: { name, namespace } }: DynamoGraphDeploymentRequest) => [
    objectKey({ namespace, name: jobName(name) }),
  ],
  [BY_GRAPH]: (request: DynamoGraphDeploymentRequest) => {
    const place = graphPlace(request);
    return place ? [objectKey(place)] : [];
  },
  /**
   * Index of the requests whose profiling pods may still need their ServiceAccount, by namespace. The key "" finds
   * these requests in all namespaces.
   */
  [BY_ACCOUNT]: ({ metadata: { namespace = "" }, status }: DynamoGraphDeploymentRequest) =>
    ["Deploying", "Ready", "DeploymentDeleted"].includes(status?.state ?? "")
      ? []
      : ["", namespace],
};

const controllingRequest = controllerKey(dynamoGraphDeploymentRequestNames);

function requestsOfAccount(
  { metadata: { name, namespace = "" } }: KubeObject,
  requests: Pick<Lookup<KubeObject>, "byIndex">,
): string[] {
  const names = [PROFILING_SERVICE_ACCOUNT, bindingName(PROFILING_SERVICE_ACCOUNT)];
  return names.includes(name) ? objectKeys(requests.byIndex(BY_ACCOUNT, namespace)) : [];
}
