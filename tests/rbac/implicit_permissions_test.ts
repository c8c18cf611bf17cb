/**
 * Tests that the operator needs each implicit permission, which the API server checks only during a request for
 * another resource. Without such a permission, the API server must refuse a manifest of the operator.
 */
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { V1PolicyRule } from "@kubernetes/client-node";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { deployments, namespaces, roleBindings, roles } from "../../kube/builtin.ts";
import { type Client, createClient } from "../../kube/client.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { createTransport } from "../../kube/transport.ts";
import { observedFrom } from "../../reconcile/apply/observed.ts";
import {
  discoveryObjects,
  type SharedAccount,
  sharedAccountRbac,
} from "../../reconcile/graph/rbac.ts";
import { components, graphs, partitionJobs, requests } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { eventually } from "../support/eventually.ts";
import { frontend, graphOf, worker } from "../support/graphs.ts";
import { addPlannerRole } from "../support/planner_role.ts";
import { addProfilingRole, requestOf } from "../support/requests.ts";
import { createNamespace, type NamespaceClient } from "../support/namespace_client.ts";
import { installReplicaGuard } from "../support/replica_guard.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { VARIANTS } from "./audit_check.ts";
import { IMPLICIT_PERMISSIONS, isImplicit } from "./implicit_permissions.ts";
import { describePermission, type Permission, permissionsOf } from "./permissions.ts";

/**
 * A manifest whose apply needs one permission, and part of the error that the API server returns without this
 * permission.
 */
interface Attempt {
  kind: Resource<KubeObject>;
  manifest: KubeObject;
  refusal: string;
}

for (const variant of VARIANTS) {
  Deno.test(
    `a ${variant.name} operator needs its implicit permissions`,
    { ignore: noCluster },
    async (t) => {
      const cluster = await sharedCluster();
      using admin = await connectAdmin(cluster);
      await addPlannerRole(admin.client);
      await addProfilingRole(admin.client);
      const kube = await createNamespace(admin.client);
      const { namespace } = kube;
      await using _ = {
        [Symbol.asyncDispose]: () => admin.client.delete(namespaces, { name: namespace }),
      };
      await using _guard = await installReplicaGuard(cluster);
      const attempts = await prepareAttempts(kube);
      const permissions = permissionsOf(variant.rules);
      using complete = await connectWith(cluster, kube, "complete", permissions);
      for (const permission of permissions.filter(isImplicit)) {
        await t.step(describePermission(permission), async () => {
          const { kind, manifest, refusal } = attempts(permission);
          await eventually(() => complete.client.apply(kind, manifest, { dryRun: true }));
          const rest = permissions.filter((other) => other !== permission);
          using lacking = await connectWith(cluster, kube, "lacking", rest);
          await eventually(async () => {
            const { message } = await assertRejects(
              () => lacking.client.apply(kind, manifest, { dryRun: true }),
              Error,
            );
            assertStringIncludes(message, refusal);
          });
        });
      }
    },
  );
}

Deno.test("an installation grants each implicit permission", () => {
  const permissions = VARIANTS.flatMap(({ rules }) => permissionsOf(rules));
  const unknown = IMPLICIT_PERMISSIONS.filter(({ covers }) => !permissions.some(covers)).map((
    { why },
  ) => why);
  assertEquals(unknown, []);
});

/** Creates the owners of the test objects. The returned function maps a permission to an object that requires it. */
async function prepareAttempts(
  kube: NamespaceClient,
): Promise<(permission: Permission) => Attempt> {
  const { namespace } = kube;
  const component: DynamoComponentDeployment = {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name: "owner" },
    spec: { componentType: "worker", dynamoNamespace: "probe" },
  };
  const partitionJob = {
    apiVersion: partitionJobs.apiVersion,
    kind: partitionJobs.kind,
    metadata: { name: "owner" },
    spec: { tableName: "Orders", partitionValue: "x" },
  };
  const owners = new Map<string, KubeObject>([
    [
      "dynamographdeployments",
      await kube.apply(graphs, graphOf("owner", { Frontend: frontend() })),
    ],
    ["dynamocomponentdeployments", await kube.apply(components, component)],
    ["ddbctldpjobs", await kube.apply(partitionJobs, partitionJob)],
    ["dynamographdeploymentrequests", await kube.apply(requests, requestOf("owner"))],
  ]);
  const scaled = (replicas: number) =>
    graphOf("scaled", { Worker: worker({ replicas, scalingAdapter: { enabled: true } }) });
  await kube.apply(graphs, scaled(1));
  const role = discoveryObjects({ name: "probe", namespace }, [])[1]?.manifest;
  if (!role) throw new Error("Cannot find the Role of the pods in the plan of the operator");
  return ({ resource, verb, name: clusterRole = "" }) => {
    if (resource === "dynamographdeployments/replicas") {
      const { metadata, ...rest } = scaled(2);
      const manifest = { ...rest, metadata: { ...metadata, namespace } };
      return { kind: graphs, manifest, refusal: "cannot be changed while a scaling adapter" };
    }
    if (verb === "bind") {
      const manifest = bindingOf({ name: "probe", namespace, users: "pods" }, clusterRole);
      return { kind: roleBindings, manifest, refusal: "not currently held" };
    }
    const owner = owners.get(resource.split("/")[0] ?? "");
    if (!resource.endsWith("/finalizers") || !owner) {
      return { kind: roles, manifest: role, refusal: `Resources:["${resource}"]` };
    }
    return {
      kind: deployments,
      manifest: child(owner),
      refusal: "cannot set blockOwnerDeletion",
    };
  };
}

function bindingOf(account: SharedAccount, clusterRole: string): KubeObject {
  const { planned } = sharedAccountRbac(account, clusterRole, observedFrom([]));
  const [binding] = planned.map(({ manifest }) => manifest)
    .filter(({ kind }) => kind === roleBindings.kind);
  if (binding) return binding;
  throw new Error("Cannot find the RoleBinding of a ServiceAccount in the plan of the operator");
}

function child({ apiVersion, kind, metadata: { name, namespace, uid = "" } }: KubeObject) {
  const reference = { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
  const labels = { app: "probe" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "probe", namespace: namespace ?? "", ownerReferences: [reference] },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "registry.example/probe:1" }] },
      },
    },
  };
}

/** Creates a ServiceAccount in the namespace, grants it `permissions` in all namespaces, and connects as it. */
async function connectWith(
  cluster: Cluster,
  { namespace }: NamespaceClient,
  name: string,
  permissions: readonly Permission[],
): Promise<{ client: Client } & Disposable> {
  const access = await cluster.serviceAccount({
    namespace,
    name: `${name}-${crypto.randomUUID().slice(0, 8)}`,
    rules: permissions.map(ruleOf),
  });
  const transport = createTransport(await kubeconfigConfig({ paths: [access.kubeconfig] }));
  return { client: createClient(transport), [Symbol.dispose]: () => transport.close() };
}

function ruleOf({ group, resource, verb, name }: Permission): V1PolicyRule {
  return {
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
    ...(name !== undefined && { resourceNames: [name] }),
  };
}
