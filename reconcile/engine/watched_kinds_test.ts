// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { configMaps, pods, roles, secrets, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerReference, ownerReference } from "../apply/ownership.ts";
import { parentObject } from "../apply/testing/objects.ts";
import { APPLY_AND_PRUNE, childKind, controllerRules, ownKind } from "./child_kind.ts";
import { createInformerSet } from "./informer_set.ts";
import { createFakeCluster } from "./testing/fake_cluster.ts";
import { watchKinds } from "./watched_kinds.ts";

const keys = () => [];
const kinds = {
  own: ownKind({ resource: configMaps, verbs: ["patch"] }),
  children: {
    roles: childKind({ resource: roles, keys, verbs: APPLY_AND_PRUNE }),
    services: childKind({
      resource: services,
      keys,
      verbs: ["create"],
      name: "a",
      deletesDependentsFirst: true,
    }),
    pods: childKind({
      resource: pods,
      keys,
      project: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata, reduced: true }),
    }),
    off: undefined,
  },
};

function setUp() {
  const parent = parentObject();
  const watched = watchKinds(createInformerSet(createFakeCluster([])), kinds);
  const object = (kind: string, owner?: "controller" | "owner"): KubeObject => ({
    apiVersion: kind === "Role" ? "rbac.authorization.k8s.io/v1" : "v1",
    kind,
    metadata: {
      name: owner ?? "a",
      ...(parent.metadata.namespace && { namespace: parent.metadata.namespace }),
      uid: `${kind}-${owner}`,
      resourceVersion: "1",
      ...(owner && {
        ownerReferences: [(owner === "owner" ? ownerReference : controllerReference)(parent)],
      }),
    },
  });
  return { parent, watched, object };
}

Deno.test("lookups find objects by name and owner", () => {
  const { parent, watched: { children }, object } = setUp();
  const [owned, controlled] = [object("Role", "owner"), object("Role", "controller")];
  children.roles.store.write(owned);
  children.roles.store.write(controlled);
  const { namespace, uid } = parent.metadata;
  assertEquals(children.roles.get({ namespace, name: "owner" }), owned);
  assertEquals(children.roles.ownedBy(uid), [owned, controlled]);
  assertEquals(children.roles.controlledBy(uid), [controlled]);
});

Deno.test("a child kind that the settings disable is not served and finds nothing", () => {
  const { watched: { children, sources } } = setUp();
  assertEquals(children.off.served, false);
  assertEquals([children.off.byIndex("any", "a"), children.off.ownedBy("a")], [[], []]);
  assertEquals(sources.length, 4);
});

Deno.test("plans find the kinds that the controller writes, and own those that it may delete", () => {
  const { parent, watched: { children, observe }, object } = setUp();
  const controlled = object("Role", "controller");
  const service = object("Service");
  children.roles.store.write(controlled);
  children.services.store.write(service);
  children.services.store.write(object("Service", "controller"));
  children.pods.store.write(object("Pod", "controller"));
  const observed = observe(parent as never);
  assertEquals(observed.find(services, "a"), service as never);
  assertEquals(observed.find(pods, "controller"), undefined);
  assertEquals(observed.owned, [controlled]);
});

Deno.test("plans find objects of the controller's own kind, and know which kinds are served", () => {
  const { parent, watched: { own, observe }, object } = setUp();
  const other = { ...object("Service"), kind: "ConfigMap" };
  own.store.write(other);
  const observed = observe(parent as never);
  assertEquals(observed.find(configMaps, "a"), other as never);
  assertEquals([roles, pods, secrets].map(observed.serves), [true, false, false]);
});

Deno.test("the executor writes the children with the verb create", () => {
  const { written } = setUp().watched;
  assertEquals(
    written.map(({ resource, deletesDependentsFirst = false }) => [
      resource.kind,
      deletesDependentsFirst,
    ]),
    [["Role", false], ["Service", true]],
  );
});

Deno.test("RBAC rules follow from the kinds, the status, the finalizers and the events", () => {
  const rules = controllerRules({ ...kinds, rules: [{ verbs: ["get"] }] });
  assertEquals(
    rules.map(({ resources, verbs, resourceNames }) =>
      [resources?.join(), verbs.join(), resourceNames?.join()].filter(Boolean).join(" ")
    ),
    [
      "configmaps list,watch,patch",
      "configmaps/status patch",
      "configmaps/finalizers update",
      "events create,patch",
      "roles list,watch,create,patch,delete",
      "services list,watch,create a",
      "pods list,watch",
      "get",
    ],
  );
});
