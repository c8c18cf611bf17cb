import { namespaces, roleBindings, secrets, serviceAccounts } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { bounded } from "../../reconcile/apply/concurrency.ts";
import { DOCKER_CONFIG_TYPE } from "../../reconcile/pod/pull_secrets.ts";
import { IN_FLIGHT } from "./bare_loop.ts";

const PER_NAMESPACE = 50;
const RBAC = "rbac.authorization.k8s.io";

/**
 * Creates `count` ServiceAccounts, `count` pull Secrets and `count` RoleBindings of other users, in namespaces without
 * graphs. The operator keeps objects of these kinds in memory.
 */
export async function createForeignObjects(client: Client, count: number): Promise<void> {
  const teams = Array.from(
    { length: Math.ceil(count / PER_NAMESPACE) },
    (_, number) => teamName(number),
  );
  await bounded(teams, IN_FLIGHT, async (name) => {
    await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  });
  const objects = Array.from({ length: count }, (_, number) => objectsOf(number)).flat();
  await bounded(objects, IN_FLIGHT, async ([resource, object]) => {
    await client.create(resource, object);
  });
}

function teamName(number: number): string {
  return `team-${number}`;
}

function objectsOf(number: number): [Resource<KubeObject>, KubeObject][] {
  const metadata = {
    name: `app-${number}`,
    namespace: teamName(Math.floor(number / PER_NAMESPACE)),
    labels: { "app.kubernetes.io/name": `app-${number}`, "app.kubernetes.io/managed-by": "Helm" },
    annotations: { "meta.helm.sh/release-name": `app-${number}` },
  };
  const auth = btoa(`robot:${"x".repeat(64)}`);
  const dockerConfig = JSON.stringify({ auths: { "registry.example": { auth } } });
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: DOCKER_CONFIG_TYPE,
    data: { ".dockerconfigjson": btoa(dockerConfig) },
  };
  const binding = {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace: metadata.namespace }],
  };
  return [[serviceAccounts, account], [secrets, secret], [roleBindings, binding]];
}
