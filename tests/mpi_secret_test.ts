// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { lwsCrds } from "../devcluster/addons/lws_crds.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { namespaces, type Secret, secrets } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { deniedByRbac } from "./rbac/permissions.ts";
import { isAlreadyExists } from "../kube/errors.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { graphOf, IMAGE } from "./support/graphs.ts";
import { installCrds, OPERATOR_NAMESPACE } from "./support/installation.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const NAME = "mpi-run-ssh-secret";
const AT_SOURCE = { name: NAME, namespace: OPERATOR_NAMESPACE };

Deno.test("the SSH key of TensorRT-LLM exists only in namespaces of multinode services", {
  // The test installs a CRD that other tests do not expect, so it starts its own control plane.
  ignore: noCluster,
}, async (t) => {
  await using cluster = await startCluster();
  await installCrds(cluster);
  await lwsCrds(cluster);
  using admin = await connectAdmin(cluster);
  const { client } = admin;
  await client.create(namespaces, namespaceObject(OPERATOR_NAMESPACE)).catch((error) => {
    if (!isAlreadyExists(error)) throw error;
  });
  const options = {
    serviceAccount: "mpi",
    flags: [`--mpi-run-ssh-secret-namespace=${OPERATOR_NAMESPACE}`],
  };
  const mark = await cluster.audit.mark();
  const operator = await startTestOperator(cluster, options);
  const [one, other, own] = await Promise.all([
    createNamespace(client),
    createNamespace(client),
    createNamespace(client),
  ]);
  const source = () => client.get<Secret>(secrets, AT_SOURCE);

  await t.step("other graphs get no key", async () => {
    await one.apply(graphs, graphOf("single", { W: trtllm({ multinode: undefined }) }));
    await one.untilState("single", "successful");
    assertEquals(await one.list(secrets), []);
  });

  await t.step("the first service generates the key and gets a copy", async () => {
    await one.apply(graphs, graphOf("g", { W: trtllm(), X: trtllm() }));
    const copy = await untilOwners(one, ["g-w", "g-x"]);
    assertEquals(copy.data, (await source()).data);
    assertEquals(Object.keys(copy.data ?? {}).sort(), ["private.key", "private.key.pub"]);
    const publicKey = atob(copy.data?.["private.key.pub"] ?? "");
    assertEquals(publicKey.startsWith("ssh-rsa AAAA"), true);
  });

  await t.step("a Secret of the user is used as it is", async () => {
    const made = await own.apply<Secret>(secrets, secretOf({ "private.key": "eA==" }));
    await own.apply(graphs, graphOf("g", { W: trtllm() }));
    await eventually(async () => {
      const { status } = await own.get(components, "g-w");
      const warning = status?.conditions?.find(({ type }) => type === "ConfigurationWarning");
      assertEquals(warning?.message?.includes("lacks private.key.pub"), true);
    });
    assertEquals(await own.get(secrets, NAME), made);
  });

  await t.step("a new source changes no copy, and later copies have its data", async () => {
    const before = await one.get<Secret>(secrets, NAME);
    const data = { "private.key": btoa("a"), "private.key.pub": btoa("b") };
    await client.patch(secrets, AT_SOURCE, { type: "merge", body: { data } });
    await other.apply(graphs, graphOf("g", { W: trtllm() }));
    assertEquals((await untilOwners(other, ["g-w"])).data, data);
    await untilIdle(operator);
    assertEquals(await one.get(secrets, NAME), before);
  });

  await t.step("a deleted copy is created again", async () => {
    const { metadata: { uid = "" } } = await one.get(secrets, NAME);
    await one.delete(secrets, NAME);
    await one.untilGone(secrets, NAME, uid);
    assertEquals((await untilOwners(one, ["g-w", "g-x"])).data, (await source()).data);
  });

  await t.step("a service that no longer needs the key gives it up after its rollout", async () => {
    await one.edit(graphs, "g", { spec: { services: { X: { multinode: null } } } });
    await untilOwners(one, ["g-w"]);
    await other.edit(graphs, "g", { spec: { services: { W: { multinode: null } } } });
    await other.untilGone(secrets, NAME);
  });

  await untilIdle(operator);
  assertEquals(await operator.stop(), 0, await operator.log());
  const restart = await cluster.audit.mark();
  await using again = await startTestOperator(cluster, options);

  await t.step("after a restart the operator writes nothing", async () => {
    await untilIdle(again);
    const writes = writesOf(again.user, await cluster.audit.entries(restart));
    assertEquals(writes.map(requestKind), []);
  });

  await t.step("the copy is deleted with the last graph that needs it", async () => {
    await one.delete(graphs, "g");
    await one.untilGone(secrets, NAME);
    await own.delete(graphs, "g");
    await own.untilGone(components, "g-w");
    assertEquals((await own.get(secrets, NAME)).metadata.name, NAME);
    assertEquals((await source()).metadata.ownerReferences, undefined);
  });

  const denied = deniedByRbac(
    (await cluster.audit.requests(mark)).filter(({ user }) => user === operator.user),
  );
  assertEquals(denied.map(({ verb, uri }) => `${verb} ${uri}`), []);
});

function trtllm(change: Record<string, unknown> = {}) {
  return {
    componentType: "worker",
    replicas: 1,
    multinode: { nodeCount: 2 },
    resources: { limits: { gpu: "1" } },
    extraPodSpec: {
      mainContainer: { image: IMAGE, command: ["python3", "-m", "dynamo.trtllm"], args: ["--x"] },
    },
    ...change,
  };
}

function secretOf(data: Record<string, string>): Secret {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: NAME }, data };
}

function namespaceObject(name: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

/** Returns the copy of the MPI Secret in a namespace as soon as exactly these components own the copy. */
async function untilOwners(kube: NamespaceClient, owners: string[]): Promise<Secret> {
  return await eventually(async () => {
    const copy = await kube.get<Secret>(secrets, NAME);
    const { ownerReferences = [] } = copy.metadata;
    assertEquals(ownerReferences.map(({ name }) => name).sort(), owners);
    return copy;
  });
}
