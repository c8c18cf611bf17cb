// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { configMaps, deployments, services } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import type { KubeObject, OwnerReference } from "../kube/object.ts";
import { createStore } from "../kube/store.ts";
import { ownerReference } from "../reconcile/apply/ownership.ts";
import { createExecutor, type Work } from "../reconcile/apply/execute.ts";
import { storedKinds } from "../reconcile/apply/stored_kinds.ts";
import { type Fields, type PodSpec, podSpecs } from "../reconcile/testing/random_pod_spec.ts";
import { applyWithFreshStores } from "./support/apply_with_fresh_stores.ts";
import { eventually } from "./support/eventually.ts";
import { seedOfRun } from "./support/seeded_random.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { withParent } from "./support/with_parent.ts";

const RUNS = 60;
const seed = seedOfRun();

async function applyOnce(client: Client, parent: KubeObject, manifest: KubeObject) {
  return await applyWithFreshStores({ client, kinds: [deployments] }, {
    parent,
    planned: [{ resource: deployments, manifest, policy: "own" }],
  });
}

function deployment(namespace: string, name: string, spec: PodSpec): KubeObject {
  const labels = { app: "x" };
  const manifest = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
  return manifest;
}

async function storedPodSpec(client: Client, { metadata }: KubeObject): Promise<unknown> {
  return (await client.get(deployments, metadata)).spec?.template.spec;
}

/** Returns a copy of the spec without one optional field or list item; `choice` selects the field or item. */
function withoutOne(spec: PodSpec, choice: number): PodSpec {
  const copy = structuredClone(spec);
  const removals: (() => void)[] = [];
  const fields = (object: Fields, keep: string[]) => {
    for (const field of Object.keys(object)) {
      if (!keep.includes(field)) removals.push(() => delete object[field]);
    }
  };
  fields(copy, ["containers", "volumes"]);
  for (const container of copy.containers) {
    fields(container, ["name", "image"]);
    for (const field of ["env", "ports", "volumeMounts", "args"]) {
      const items = container[field];
      if (Array.isArray(items)) items.forEach((_, i) => removals.push(() => items.splice(i, 1)));
    }
    const { limits } = (container.resources ?? {}) as { limits?: Fields };
    if (limits) fields(limits, []);
  }
  for (const field of ["tolerations", "imagePullSecrets", "hostAliases", "initContainers"]) {
    const items = copy[field];
    if (Array.isArray(items)) items.forEach((_, i) => removals.push(() => items.splice(i, 1)));
  }
  // The operator applies only the last of several containers with the same name. So this change removes all containers
  // with that name.
  const last = copy.containers.at(-1)?.["name"];
  if (last !== "main") {
    removals.push(() => copy.containers = copy.containers.filter(({ name }) => name !== last));
  }
  removals[choice % removals.length]?.();
  return copy;
}

Deno.test({
  name: "every pod spec equals the plan when it is read back, and removed fields disappear",
  ignore: noCluster,
  async fn() {
    console.log(`seed ${seed} (set DYNAMO_TEST_SEED to repeat)`);
    await withParent(async (client, parent) => {
      const { namespace = "" } = parent.metadata;
      let run = 0;
      const property = fc.asyncProperty(podSpecs(fc), fc.nat(), async (spec, choice) => {
        run++;
        const first = deployment(namespace, `d${run}`, spec);
        const created = await applyOnce(client, parent, first);
        assertEquals(created.writes.map(({ verb }) => verb), ["create"]);
        assertEquals((await applyOnce(client, parent, first)).writes, []);

        const reduced = withoutOne(spec, choice);
        const second = deployment(namespace, `d${run}`, reduced);
        await applyOnce(client, parent, second);
        assertEquals((await applyOnce(client, parent, second)).writes, []);
        // If the apply removed the field, the stored pod spec equals the spec of a Deployment that never had the field.
        const never = deployment(namespace, `n${run}`, reduced);
        await applyOnce(client, parent, never);
        assertEquals(await storedPodSpec(client, second), await storedPodSpec(client, never));
        for (const { metadata } of [second, never]) await client.delete(deployments, metadata);
      });
      await fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true });
    });
  },
});

Deno.test({
  name: "an error names the field that the API server does not know",
  ignore: noCluster,
  async fn() {
    await withParent(async (client, parent) => {
      const { namespace = "" } = parent.metadata;
      const spec = { containers: [{ name: "main", image: "i", bogus: 1 }], nonsense: {} };
      const error = await applyOnce(client, parent, deployment(namespace, "d", spec)).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert(error instanceof Error);
      // The API server's error names at least one of the two unknown fields in the manifest.
      assertMatch(
        error.message,
        /does not know the field "spec\.template\.spec\.(nonsense|containers\[name="main"\]\.bogus)"/,
      );
    });
  },
});

Deno.test({
  name: "an object that was recreated since it was read is not written, without an error",
  ignore: noCluster,
  async fn() {
    await withParent(async (client, parent) => {
      const { namespace = "" } = parent.metadata;
      const spec = { containers: [{ name: "main", image: "i" }] };
      const manifest = deployment(namespace, "d", spec);
      await applyOnce(client, parent, manifest);
      const seen = await client.get(deployments, manifest.metadata);
      await client.delete(deployments, manifest.metadata);
      const recreated = await client.create(deployments, deployment(namespace, "d", spec));

      const { store, feed } = createStore<KubeObject, KubeObject>({
        apiVersion: deployments.apiVersion,
        kind: deployments.kind,
        project: (object) => object,
        onChange: () => {},
      });
      feed.event("ADDED", { ...seen, metadata: { ...seen.metadata, annotations: {} } });
      const stores = storedKinds([{ resource: deployments, store }]);
      const { execute } = createExecutor({ client, stores });
      const result = await execute({
        parent,
        planned: [{ resource: deployments, manifest, policy: "own" }],
      });
      assertEquals([result.errors, result.writes, result.conflicts.length], [[], [], 1]);
      const after = await client.get(deployments, manifest.metadata);
      assertEquals(after.metadata.uid, recreated.metadata.uid);
      assertEquals(after.metadata.ownerReferences, undefined);
    });
  },
});

Deno.test({
  name: "fields that the Go operator wrote are removed when the plan omits them",
  ignore: noCluster,
  async fn() {
    await withParent(async (client, parent) => {
      const { namespace = "" } = parent.metadata;
      const env = [{ name: "A", value: "1" }, { name: "B", value: "2" }];
      const written = deployment(namespace, "d", {
        containers: [{ name: "main", image: "i", env }],
      });
      const controller = { ...ownerReference(parent), controller: true, blockOwnerDeletion: true };
      await client.create(deployments, {
        ...written,
        metadata: {
          ...written.metadata,
          annotations: { "nvidia.com/last-applied-hash": "h" },
          ownerReferences: [controller],
        },
      }, { fieldManager: "manager" });
      const add = { op: "add", path: "/metadata/labels/team", value: "red" };
      await client.patch(deployments, written.metadata, { type: "json", body: [add] }, {
        fieldManager: "kubectl-edit",
      });

      const planned = deployment(namespace, "d", {
        containers: [{ name: "main", image: "i", env: env.slice(1) }],
      });
      const recreate = { ...planned, spec: { ...specOf(planned), strategy: { type: "Recreate" } } };
      await eventually(async () =>
        assertEquals((await applyOnce(client, parent, recreate)).conflicts, [])
      );
      const { metadata, spec } = await client.get(deployments, planned.metadata);
      assertEquals(spec?.template.spec?.containers[0]?.env, env.slice(1));
      assertEquals(spec?.strategy, { type: "Recreate" });
      assertEquals(metadata.labels, { app: "x", team: "red" });
      const managers = metadata.managedFields?.filter(({ subresource }) => !subresource)
        .map(({ manager }) => manager);
      assertEquals(managers?.sort(), ["dynamo-operator", "kubectl-edit"]);
    });
  },
});

function specOf(object: KubeObject): object {
  return "spec" in object && typeof object.spec === "object" ? object.spec ?? {} : {};
}

Deno.test({
  name: "an object that the garbage collector has just orphaned is neither applied nor pruned",
  ignore: noCluster,
  async fn() {
    await withParent(async (client, parent) => {
      const { namespace = "" } = parent.metadata;
      const spec = { containers: [{ name: "main", image: "i" }] };
      const manifest = deployment(namespace, "d", spec);
      await applyOnce(client, parent, manifest);
      const seen = await client.get(deployments, manifest.metadata);
      const orphaned = { metadata: { ownerReferences: null } };
      await client.patch(deployments, manifest.metadata, { type: "merge", body: orphaned });

      const writes = (work: Partial<Work>) => {
        const { store, feed } = createStore<KubeObject, KubeObject>({
          apiVersion: deployments.apiVersion,
          kind: deployments.kind,
          project: (object) => object,
          onChange: () => {},
        });
        feed.event("ADDED", seen);
        const stores = storedKinds([{ resource: deployments, store }]);
        const { execute } = createExecutor({ client, stores, hasSameIdentity: () => true });
        const confirmParent = () => Promise.resolve(false);
        return execute({ parent, planned: [], confirmParent, ...work });
      };
      const edited = deployment(namespace, "d", { containers: [{ name: "main", image: "j" }] });
      const applied = await writes({
        planned: [{ resource: deployments, manifest: edited, policy: "own" }],
      });
      assertEquals([applied.writes, applied.errors, applied.conflicts.length], [[], [], 1]);
      const pruned = await writes({ prune: [seen] });
      assertEquals([pruned.writes, pruned.errors, pruned.conflicts], [[], [], []]);
      const live = await client.get(deployments, manifest.metadata);
      assertEquals(live.metadata.ownerReferences, undefined);
      assertEquals(live.spec?.template.spec?.containers[0]?.image, "i");
    });
  },
});

Deno.test({
  name: "a Service that two parents share has both as plain owners until one releases it",
  ignore: noCluster,
  async fn() {
    await withParent(async (client, first) => {
      const { namespace = "" } = first.metadata;
      const second = await client.create(configMaps, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "second", namespace },
      });
      const apply = (parent: KubeObject) => {
        const manifest = serviceOf(namespace);
        const planned = [
          { resource: services, manifest, policy: "shared", coOwners: [parent] } as const,
        ];
        return applyWithFreshStores({ client, kinds: [services] }, { parent, planned });
      };
      const owners = async () =>
        (await client.get(services, { name: "shared", namespace })).metadata.ownerReferences
          ?.map(({ uid, controller = false }) => ({ uid, controller }));
      const plain = ({ metadata: { uid = "" } }: KubeObject) => ({ uid, controller: false });

      // The Go operator makes one parent the controller owner of the Service. The apply replaces this owner reference.
      const controller = { ...ownerReference(first), controller: true, blockOwnerDeletion: true };
      await client.create(services, serviceOf(namespace, [controller]));
      await apply(first);
      assertEquals(await owners(), [plain(first)]);
      await apply(second);
      const both = [plain(first), plain(second)].sort((a, b) => a.uid < b.uid ? -1 : 1);
      assertEquals((await owners())?.sort((a, b) => a.uid < b.uid ? -1 : 1), both);
      assertEquals([(await apply(first)).writes, (await apply(second)).writes], [[], []]);

      const shared = await client.get(services, { name: "shared", namespace });
      const { writes } = await applyWithFreshStores({ client, kinds: [services] }, {
        parent: first,
        planned: [],
        prune: [shared],
      });
      assertEquals(writes.map(({ verb }) => verb), ["release"]);
      assertEquals(await owners(), [plain(second)]);
      assertEquals((await apply(second)).writes, []);
    });
  },
});

function serviceOf(namespace: string, ownerReferences: OwnerReference[] = []): KubeObject {
  const manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "shared", namespace, ownerReferences },
    spec: { clusterIP: "None", selector: { a: "b" }, ports: [{ port: 80, targetPort: "http" }] },
  };
  return manifest;
}
