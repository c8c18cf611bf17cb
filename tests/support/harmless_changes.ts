import { deployments, secrets, serviceAccounts, services } from "../../kube/builtin.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import type { KubeObject } from "../../kube/object.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "./eventually.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** Image registry of the graph whose pods must not restart. */
export const REGISTRY = "registry.example";

/** A change after which the pods of graph `chat` must keep running, because the graph's spec stays the same. */
export interface HarmlessChange {
  name: string;
  /** Makes the change. `random` returns numbers in [0, 1), which select the object or the new value. */
  make(kube: NamespaceClient, random: () => number): Promise<unknown>;
}

const CHILDREN = ["chat-frontend", "chat-worker"] as const;
const METADATA_KEYS = [
  "team",
  "app.kubernetes.io/instance",
  "kustomize.toolkit.fluxcd.io/name",
  "velero.io/restore-name",
  "argocd.argoproj.io/instance",
  "nvidia.com/custom",
];

const crds = resource<KubeObject>({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
});

/** Changes that other clients may make while a graph runs. */
export const HARMLESS_CHANGES: readonly HarmlessChange[] = [
  ...kinds(graphs, components, deployments, services).map((kind) => ({
    name: `a label and an annotation of a ${kind.kind}`,
    make: (kube: NamespaceClient, random: () => number) => {
      const name = kind === graphs ? "chat" : pick(CHILDREN, random);
      const key = pick(METADATA_KEYS, random);
      const value = random() < 0.3 ? null : `v${Math.floor(random() * 1000)}`;
      const metadata = { labels: { [key]: value }, annotations: { [key]: value } };
      return editExisting(kube, kind, name, { metadata });
    },
  })),
  ...kinds(graphs, components).map((kind) => ({
    name: `labels of the operator on a ${kind.kind} removed or overwritten`,
    make: (kube: NamespaceClient, random: () => number) => {
      const name = kind === graphs ? "chat" : pick(CHILDREN, random);
      const key = pick(
        [
          "nvidia.com/dynamo-component",
          "nvidia.com/dynamo-namespace",
          "nvidia.com/metrics-enabled",
        ],
        random,
      );
      const value = random() < 0.5 ? null : "mine";
      return editExisting(kube, kind, name, { metadata: { labels: { [key]: value } } });
    },
  })),
  {
    name: "a pull Secret created or replaced",
    async make(kube, random) {
      const name = `pull-${Math.floor(random() * 3)}`;
      if (await kube.find(secrets, name)) await kube.delete(secrets, name);
      await kube.client.create(secrets, pullSecretManifest(kube.namespace, name, random()));
    },
  },
  {
    name: "a pull Secret deleted",
    async make(kube, random) {
      const found = await kube.find(secrets, `pull-${Math.floor(random() * 3)}`);
      if (found) await kube.delete(secrets, found.metadata.name);
    },
  },
  {
    name: "a ServiceAccount labelled for component pods",
    async make(kube, random) {
      const value = random() < 0.5 ? null : "true";
      const label = { "nvidia.com/dynamo-component-pod": value };
      await kube.edit(serviceAccounts, "default", { metadata: { labels: label } });
    },
  },
  {
    name: "a status edited by another client",
    async make(kube, random) {
      const kind = pick(kinds(graphs, components), random);
      const name = kind.kind === graphs.kind ? "chat" : pick(CHILDREN, random);
      // The API server refuses the write if the operator changes the status in between.
      await eventually(async () => {
        await kube.client.patchStatus(kind, await kube.get(kind, name), { conditions: [] });
      });
    },
  },
  {
    name: "fields of a Deployment that other controllers set",
    make: (kube, random) =>
      editExisting(kube, deployments, pick(CHILDREN, random), {
        spec: { minReadySeconds: 0, revisionHistoryLimit: 5 + Math.floor(random() * 3) },
      }),
  },
  {
    name: "owner references of a component and its Deployment removed",
    async make(kube, random) {
      const kind = pick(kinds(components, deployments), random);
      const metadata = { ownerReferences: null };
      await editExisting(kube, kind, pick(CHILDREN, random), { metadata });
    },
  },
  {
    name: "a graph or a component deleted with --cascade=orphan",
    async make(kube, random) {
      const kind = pick(kinds(graphs, components), random);
      const name = kind.kind === graphs.kind ? "chat" : pick(CHILDREN, random);
      const found = await kube.find(kind, name);
      if (!found) return;
      await kube.delete(kind, name, { propagationPolicy: "Orphan" });
      await kube.untilGone(kind, name, found.metadata.uid);
    },
  },
  {
    name: "an unrelated CRD created and deleted",
    async make(kube) {
      const plural = `x${crypto.randomUUID().slice(0, 8)}s`;
      const name = `${plural}.example.com`;
      await kube.client.create(crds, crdManifest(plural));
      await kube.client.delete(crds, { name });
    },
  },
];

/** Edits an object. Waits until it exists, because an earlier change may have deleted it with `--cascade=orphan`. */
async function editExisting(
  kube: NamespaceClient,
  kind: Resource<KubeObject>,
  name: string,
  patch: object,
): Promise<void> {
  await eventually(() => kube.get(kind, name));
  await kube.edit(kind, name, patch);
}

function kinds(...list: Resource<KubeObject>[]): Resource<KubeObject>[] {
  return list;
}

export function pick<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("Cannot pick from an empty list");
  return value;
}

function pullSecretManifest(namespace: string, name: string, salt: number) {
  const config = { auths: { [REGISTRY]: { auth: btoa(`user:${salt}`) } } };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": btoa(JSON.stringify(config)) },
  };
}

function crdManifest(plural: string): KubeObject {
  const manifest = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural, singular: plural, kind: `K${plural}`, listKind: `K${plural}List` },
      versions: [{
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object" } },
      }],
    },
  };
  return manifest;
}
