// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { configMaps, deployments, type Ingress, ingresses } from "../../kube/builtin.ts";
import { isAlreadyExists, isConflict, isInvalid, isNotFound } from "../../kube/errors.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { configMap, withNamespace } from "./with_namespace.ts";

function deployment(namespace: string, name: string) {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "x" }] } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}

Deno.test({
  name:
    "an apply creates an object, updates it by force, and removes fields that it no longer contains",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      const created = await client.apply(configMaps, configMap(namespace, "c", { a: "1", b: "1" }));
      assertEquals(
        created.metadata.managedFields?.map(({ manager, operation }) => [manager, operation]),
        [
          ["test-user", "Apply"],
        ],
      );
      await client.apply(configMaps, configMap(namespace, "c", { a: "2" }), {
        fieldManager: "another-manager",
      });
      const forced = await client.apply(configMaps, configMap(namespace, "c", { a: "3" }));
      assertEquals(forced.data, { a: "3" });
      assertEquals(forced.metadata.uid, created.metadata.uid);
      const refused = await assertRejects(() =>
        client.apply(configMaps, configMap(namespace, "c", { a: "4" }), {
          fieldManager: "another-manager",
          force: false,
        })
      );
      assert(isConflict(refused));
    }),
});

Deno.test({
  name: "an apply with the UID of a deleted object does not create it again",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      const { metadata } = await client.apply(configMaps, configMap(namespace, "c", {}));
      await client.delete(configMaps, metadata, { uid: metadata.uid ?? "" });
      const stale = {
        ...configMap(namespace, "c", {}),
        metadata: { name: "c", namespace, uid: metadata.uid ?? "" },
      };
      assert(isConflict(await assertRejects(() => client.apply(configMaps, stale))));
      assert(isNotFound(await assertRejects(() => client.get(configMaps, metadata))));
      const successor = await client.create(configMaps, configMap(namespace, "c", {}));
      assert(isConflict(await assertRejects(() => client.apply(configMaps, stale))));
      assertEquals((await client.get(configMaps, metadata)).metadata.uid, successor.metadata.uid);
    }),
});

Deno.test({
  name: "a dry run changes nothing",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      const manifest = configMap(namespace, "c", { a: "1" });
      assertEquals((await client.apply(configMaps, manifest, { dryRun: true })).data, { a: "1" });
      assert(isNotFound(await assertRejects(() => client.get(configMaps, manifest.metadata))));
    }),
});

Deno.test({
  name: "a create of an existing object and an invalid object return different errors",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      await client.create(configMaps, configMap(namespace, "c", {}));
      const twice = await assertRejects(() =>
        client.create(configMaps, configMap(namespace, "c", {}))
      );
      assert(isAlreadyExists(twice) && !isConflict(twice));
      const wrong = await assertRejects(() =>
        client.apply(deployments, {
          ...deployment(namespace, "d"),
          spec: { replicas: -1 },
        } as ReturnType<typeof deployment>)
      );
      assert(isInvalid(wrong));
      assert(wrong.details?.causes?.some(({ field }) => field === "spec.replicas"));
    }),
});

Deno.test({
  name: "a status update replaces the status, unless the object has changed",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      // The test writes the status of an Ingress, because no controller in the control plane changes this status.
      const observed = await client.apply(ingresses, {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "i", namespace },
        spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } },
      } as Ingress);
      const first = await client.patchStatus(ingresses, observed, {
        loadBalancer: { ingress: [{ hostname: "first" }] },
      });
      assertEquals(first.status?.loadBalancer?.ingress?.[0]?.hostname, "first");
      const stale = await assertRejects(() => client.patchStatus(ingresses, observed, {}));
      assert(isConflict(stale));
      const second = await client.patchStatus(ingresses, first, { loadBalancer: {} });
      assertEquals(second.status, { loadBalancer: {} });
    }),
});

Deno.test({
  name: "a delete request with preconditions deletes only an object that meets them",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      const { metadata } = await client.apply(configMaps, configMap(namespace, "c", {}));
      const otherUid = { uid: "00000000-0000-0000-0000-000000000000" };
      const otherState = { uid: metadata.uid ?? "", resourceVersion: "1" };
      for (const options of [otherUid, otherState]) {
        const refused = await assertRejects(() => client.delete(configMaps, metadata, options));
        assert(isConflict(refused));
      }
      await client.delete(configMaps, metadata, { uid: metadata.uid ?? "" });
      assert(isNotFound(await assertRejects(() => client.delete(configMaps, metadata))));
    }),
});

Deno.test({
  name: "the API server applies a scale patch and a JSON patch",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      const { metadata } = await client.apply(deployments, deployment(namespace, "d"));
      const body = { spec: { replicas: 2 } };
      await client.patch(deployments, metadata, { type: "merge", subresource: "scale", body });
      const patched = await client.patch(deployments, metadata, {
        type: "json",
        body: [
          { op: "test", path: "/spec/replicas", value: 2 },
          { op: "replace", path: "/spec/replicas", value: 0 },
        ],
      });
      assertEquals(patched.spec?.replicas, 0);
    }),
});

Deno.test({
  name: "a list is paginated and filtered by labels",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      for (const name of ["a", "b", "c", "d", "e"]) {
        const manifest = configMap(namespace, name, {});
        const labels = { half: name < "c" ? "first" : "second" };
        await client.apply(configMaps, { ...manifest, metadata: { ...manifest.metadata, labels } });
      }
      const labelSelector = "half";
      const sizes: number[] = [];
      for await (
        const { items } of client.pages(configMaps, { namespace, labelSelector, limit: 2 })
      ) {
        sizes.push(items.length);
      }
      assertEquals(sizes, [2, 2, 1]);
      const list = await client.list(configMaps, { namespace, labelSelector: "half=first" });
      assertEquals(list.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`), [
        "ConfigMap a",
        "ConfigMap b",
      ]);
    }),
});
