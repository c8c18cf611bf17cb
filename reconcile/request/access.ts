import type { V1SubjectAccessReview } from "@kubernetes/client-node";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import { graphs } from "../dynamo/resources.ts";
import { PROFILING_SERVICE_ACCOUNT } from "./names.ts";

/** A SubjectAccessReview. The API server answers it but does not store it, so it needs no name. */
type AccessReview = KubeObject & Pick<V1SubjectAccessReview, "status">;

const accessReviews: Resource<AccessReview> = resource<AccessReview>({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  namespaced: false,
});

/** RBAC rule that {@linkcode mayCreateGraph} needs. */
export const ACCESS_REVIEW_RULE = rule(accessReviews.group, [accessReviews.plural], ["create"]);

/** Returns the user name of the ServiceAccount of profiling pods in a namespace. */
export function profilingUser(namespace: string): string {
  return `system:serviceaccount:${namespace}:${PROFILING_SERVICE_ACCOUNT}`;
}

/**
 * Whether the operator may create objects of a request in the namespace of the graph. "forbidden": the profiling pods
 * may not create graphs in this namespace. "otherOperator": another operator manages this namespace.
 */
export type GraphAccess = "allowed" | "forbidden" | "otherOperator";

/** Returns the reason why the operator must not create objects of a request in a namespace; undefined if it may. */
export function creationRefusal(
  { metadata }: DynamoGraphDeploymentRequest,
  namespace: string,
  access: GraphAccess,
): string | undefined {
  switch (access) {
    case "allowed":
      return undefined;
    case "forbidden": {
      const user = profilingUser(metadata.namespace ?? "");
      return `"${user}" may not create ${graphs.plural} in namespace "${namespace}", so the operator does not create ` +
        `one for the request: grant the permission by a RoleBinding in namespace "${namespace}", or remove the field`;
    }
    case "otherOperator":
      return `Another operator manages namespace "${namespace}", so this operator creates nothing there for the ` +
        `request: create the request in namespace "${namespace}", or stop the other operator`;
  }
}

/**
 * Returns whether the profiling pods of a request may create graphs in a namespace. Without this check, a user with
 * permissions in only one namespace could make the operator run pods in any namespace.
 */
export async function mayCreateGraph(
  { metadata }: DynamoGraphDeploymentRequest,
  namespace: string,
  { client, signal }: { client: Pick<Client, "create">; signal: AbortSignal },
): Promise<boolean> {
  if (namespace === metadata.namespace) return true;
  const own = metadata.namespace ?? "";
  const review = {
    apiVersion: accessReviews.apiVersion,
    kind: accessReviews.kind,
    metadata: { name: "" },
    spec: {
      user: profilingUser(own),
      groups: ["system:authenticated", "system:serviceaccounts", `system:serviceaccounts:${own}`],
      resourceAttributes: {
        namespace,
        verb: "create",
        group: graphs.group,
        resource: graphs.plural,
      },
    },
  };
  return (await client.create(accessReviews, review, { signal })).status?.allowed === true;
}
