// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { deployments, type RoleBinding, roleBindings } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { comparableObject } from "./support/comparable_object.ts";
import { WRITTEN_KINDS } from "./support/namespace_objects.ts";
import { ADDITIONS, type Edit, EDITS } from "./support/manual_edits.ts";
import { eventually } from "./support/eventually.ts";
import { fullGraph } from "./support/graphs.ts";
import { PLANNER_ROLE } from "./support/installation.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const PLANNER_BINDING = "planner-serviceaccount-binding";

Deno.test(
  "the operator repairs drift and keeps additions of other clients",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "drift" });
    await addPlannerRole(env.client);
    const kube = await env.createNamespace();
    const settled = () => kube.untilState("full", "successful");

    await t.step(
      "the operator recreates a planner RoleBinding that an operator bound to another ClusterRole",
      async () => {
        await kube.client.create(roleBindings, bindingToOtherRole(kube.namespace));
        await kube.apply(graphs, fullGraph("full"));
        await settled();
        const { roleRef } = await kube.get(roleBindings, PLANNER_BINDING);
        assertEquals(roleRef.name, PLANNER_ROLE);
      },
    );

    for (const edit of EDITS) {
      await t.step(`the operator repairs ${edit.subject}`, async () => {
        const before = comparableObject(await kube.get(edit.kind, edit.name));
        assertNotEquals(
          comparableObject(await send(kube, edit)),
          before,
          "the edit of the test changes no field of the object",
        );
        await eventually(async () =>
          assertEquals(comparableObject(await kube.get(edit.kind, edit.name)), before)
        );
      });
    }

    await t.step("the operator recreates deleted objects", async () => {
      await settled();
      // The test deletes components after all other objects, because the deletion of a component deletes its children.
      const kinds = WRITTEN_KINDS.filter((kind) => kind.kind !== "DynamoGraphDeployment").reverse();
      let count = 0;
      for (const kind of kinds) {
        for (const object of await kube.list(kind)) {
          const { name, uid } = object.metadata;
          if (name === "default") continue;
          count++;
          await kube.delete(kind, name, { propagationPolicy: "Background" });
          await eventually(async () => {
            const again = await kube.get(kind, name);
            assertNotEquals(again.metadata.uid, uid);
            assertEquals(comparableObject(again), comparableObject(object));
          });
        }
      }
      assertEquals(count, 18);
      await settled();
    });

    await t.step("the operator keeps additions of other clients", async () => {
      const sidecar = { name: "injected", image: "mesh:1" };
      const add = { op: "add", path: "/spec/template/spec/containers/-", value: sidecar };
      const at = { name: "full-worker", namespace: kube.namespace };
      await env.client.patch(deployments, at, { type: "json", body: [add] });
      for (const addition of ADDITIONS) await send(kube, addition);
      await settled();
      await untilIdle(env.operator);
      const { spec } = await kube.get(deployments, "full-worker");
      assertEquals(spec?.template.spec?.containers.map(({ name }) => name), ["main", "injected"]);
      for (const { kind, name, patch, subject } of ADDITIONS) {
        const { metadata: { resourceVersion } } = await kube.get(kind, name);
        const again = await kube.client.patch(kind, { name, namespace: kube.namespace }, patch);
        assertEquals(
          again.metadata.resourceVersion,
          resourceVersion,
          `the operator did not keep the addition to ${subject}`,
        );
      }
    });

    await t.step("the operator does not write to an object without drift", async () => {
      await untilIdle(env.operator);
      const mark = await env.cluster.audit.mark();
      const touched = { metadata: { annotations: { "example.com/touched": "yes" } } };
      await kube.edit(graphs, "full", touched);
      for (const { metadata } of await kube.list(components)) {
        await kube.edit(components, metadata.name, touched);
      }
      await untilIdle(env.operator);
      const entries = await env.cluster.audit.entries(mark);
      assertEquals(writesOf(env.operator.user, entries).map(requestKind), []);
    });
  },
);

function send(
  { client, namespace }: NamespaceClient,
  { kind, name, patch }: Edit,
): Promise<KubeObject> {
  return client.patch(kind, { name, namespace }, patch, { fieldManager: "kubectl-edit" });
}

/** Returns the planner's RoleBinding as an operator with another planner ClusterRole creates it. */
function bindingToOtherRole(namespace: string): RoleBinding {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: {
      name: PLANNER_BINDING,
      namespace,
      labels: { "app.kubernetes.io/managed-by": "dynamo-operator" },
    },
    subjects: [{ kind: "ServiceAccount", name: "planner-serviceaccount", namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "older-planner" },
  };
}
