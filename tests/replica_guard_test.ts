// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { V1PolicyRule } from "@kubernetes/client-node";
import type { ComponentSpec } from "../crds/kinds/component_spec.ts";
import { runKubectl } from "../devcluster/kubectl.ts";
import { namespaces } from "../kube/builtin.ts";
import { rule } from "../kube/policy_rules.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { REPLICAS_RULE } from "../reconcile/scaling/children.ts";
import { operatorRules } from "../tools/chart/operator_rules.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { installReplicaGuard } from "./support/replica_guard.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";

/** ServiceAccount name that the chart of the Go operator derives from the name of its release. */
const GO_SERVICE_ACCOUNT = "team-dynamo-operator-controller-manager";
const REFUSAL = "spec.services[Worker].replicas cannot be changed";
const EDIT = rule(graphs.group, [graphs.plural], ["get", "list", "patch", "update"]);

Deno.test(
  "only clients with a permission change the replicas of a service with a scaling adapter",
  {
    ignore: noCluster,
  },
  async (t) => {
    await using owned = new AsyncDisposableStack();
    const cluster = await sharedCluster();
    const { client } = owned.use(await connectAdmin(cluster));
    owned.use(await installReplicaGuard(cluster));
    const kube = await createNamespace(client);
    const { namespace } = kube;
    owned.defer(() => client.delete(namespaces, { name: namespace }));

    /**
     * Creates a ServiceAccount in namespace `home`, with these permissions in the namespace of the graph. Returns a
     * function that patches the graph as this ServiceAccount.
     */
    async function userWith(name: string, rules: V1PolicyRule[], home = namespace) {
      const namespaced = [{ namespace, rules }];
      const { kubeconfig } = await cluster.serviceAccount({ namespace: home, name, namespaced });
      return async (patch: unknown, ...flags: string[]) => {
        const args = ["patch", "dgd", "chat", "-n", namespace, "--type=merge", ...flags];
        return await runKubectl(cluster.program("kubectl"), kubeconfig, [
          ...[...args, "-p", JSON.stringify(patch)],
        ]);
      };
    }
    const services = (
      workerSpec: ComponentSpec | null,
    ) => ({ spec: { services: { Worker: workerSpec } } });
    const editor = await userWith("editor", [EDIT]);
    const scaler = await userWith("scaler", [EDIT, REPLICAS_RULE]);
    // `kubectl patch` reads the graph before it sends the patch.
    const read = rule(graphs.group, [graphs.plural], ["get"]);
    const operator = await userWith("operator", [...operatorRules({ scope: "namespace" }), read]);
    const refused = (patch: unknown) => assertRejects(() => editor(patch), Error);
    const on = { scalingAdapter: { enabled: true } };
    const off = { scalingAdapter: { enabled: false } };
    const reset = () =>
      kube.apply(
        graphs,
        graphOf("chat", { Frontend: frontend(), Worker: worker({ ...on, replicas: 2 }) }),
      );

    await t.step("the refusal names the adapter and the command to use", async () => {
      await reset();
      // A new policy takes effect after some time.
      await eventually(async () => {
        const { message } = await assertRejects(
          () => editor(services({ replicas: 5 }), "--dry-run=server"),
          Error,
        );
        assertStringIncludes(message, REFUSAL);
        assertStringIncludes(
          message,
          `kubectl scale dgdsa/chat-worker -n ${namespace} --replicas=5`,
        );
      });
    });

    await t.step("the adapter counts if it is enabled before or after the change", async () => {
      await refused(services({ ...off, replicas: 5 }));
      await refused(services({ scalingAdapter: null as never, replicas: 5 }));
      await kube.edit(graphs, "chat", services(off));
      await refused(services({ ...on, replicas: 5 }));
      await editor(services({ replicas: 5 }));
    });

    await t.step("a change that keeps the number passes", async () => {
      await reset();
      await editor(services({ replicas: 2, labels: { team: "red" } }));
      await editor({ spec: { services: { Frontend: { replicas: 3 } } } });
      await editor(services(off));
      await editor(services(on));
      await editor(services(null));
      await editor(services({ componentType: "worker", ...on, replicas: 7 }));
    });

    await t.step("the number may be left out while the adapter stays enabled", async () => {
      await reset();
      await refused(services({ ...off, replicas: null as never }));
      await editor(services({ replicas: null as never }));
      assertEquals((await kube.get(graphs, "chat")).spec.services?.["Worker"]?.replicas, undefined);
    });

    await t.step(
      "clients with the permission in the namespace pass, such as an operator",
      async () => {
        for (const [replicas, user] of [[4, scaler], [6, operator]] as const) {
          await reset();
          await user(services({ replicas }));
          assertEquals(
            (await kube.get(graphs, "chat")).spec.services?.["Worker"]?.replicas,
            replicas,
          );
        }
      },
    );

    await t.step("the Go operator passes by the name of its ServiceAccount", async () => {
      const other = await createNamespace(client);
      owned.defer(() => client.delete(namespaces, { name: other.namespace }));
      for (const [replicas, home] of [[4, namespace], [6, other.namespace]] as const) {
        const goOperator = await userWith(GO_SERVICE_ACCOUNT, [EDIT], home);
        await reset();
        await goOperator(services({ replicas }));
        assertEquals(
          (await kube.get(graphs, "chat")).spec.services?.["Worker"]?.replicas,
          replicas,
        );
      }
    });

    await t.step("a similar name does not pass", async () => {
      await reset();
      for (const name of [`${GO_SERVICE_ACCOUNT}-2`, GO_SERVICE_ACCOUNT.replaceAll("-", ".")]) {
        const similar = await userWith(name, [EDIT]);
        await similar(services({ labels: { team: "red" } }));
        await assertRejects(() => similar(services({ replicas: 5 })), Error, REFUSAL);
      }
    });

    await t.step("a user of the same name that is no ServiceAccount does not pass", async () => {
      await reset();
      const role = `--role=${namespace}:editor`;
      const binding = ["create", "rolebinding", "user", role, `--user=${GO_SERVICE_ACCOUNT}`];
      await cluster.kubectl([...binding, "-n", namespace]);
      const patch = (value: unknown) =>
        cluster.kubectl([
          ...["patch", "dgd", "chat", "-n", namespace, "--type=merge"],
          ...[`--as=${GO_SERVICE_ACCOUNT}`, "-p", JSON.stringify(value)],
        ]);
      await patch(services({ labels: { team: "red" } }));
      await assertRejects(() => patch(services({ replicas: 5 })), Error, REFUSAL);
    });
  },
);
