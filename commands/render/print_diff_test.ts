// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { type Resource, shapeOf } from "../../kube/resource.ts";
import { scopeMatcher } from "../../kube/selector.ts";
import { fieldOf, type Shape } from "../../kube/shape.ts";
import { fieldElement, type FieldSet, itemElement } from "../../reconcile/apply/field_set.ts";
import { apiError } from "../../reconcile/engine/testing/executor.ts";
import { graph } from "../../reconcile/testing/graph_builder.ts";
import { readyClique } from "../../reconcile/testing/grove_objects.ts";
import { platformConfig } from "../../reconcile/testing/platform_config.ts";
import { isServed } from "./cluster_of_manifests.ts";
import { describeDiff } from "./print_diff.ts";
import { planParents } from "./plan_parents.ts";

const PLATFORM = platformConfig();
const GRAPH = graph().withFrontend().withWorker("Worker", {
  envs: [{ name: "A", value: "1" }, { name: "B", value: "2" }],
});
const HASHES = ["nvidia.com/plan-hash", "nvidia.com/pod-template-inputs"];

/** Returns the owner and its children. The Go operator has written all children. */
async function goCluster(owner: KubeObject, orchestrator = "deployment"): Promise<KubeObject[]> {
  const children: KubeObject[] = [];
  const serves = (resource: Resource<KubeObject>) => isServed(resource, orchestrator);
  await planParents({
    platform: PLATFORM,
    serves: (resource) => Promise.resolve(serves(resource)),
    load: (resource) =>
      Promise.resolve(
        resource.kind === owner.kind ? [owner] : serves(resource) ? [] : undefined,
      ),
    stored(manifest, { planned: { resource } }) {
      const { annotations = {}, ...metadata } = manifest.metadata;
      const kept = Object.entries(annotations).filter(([key]) => !HASHES.includes(key));
      const uid = `uid-of-${manifest.kind}-${metadata.name}`;
      const object = {
        ...manifest,
        metadata: { ...metadata, uid, resourceVersion: "5", annotations: Object.fromEntries(kept) },
      };
      children.push(written(object, resource));
      return object;
    },
  });
  return [owner, ...children];
}

/** Returns the object with managed fields in which the Go operator is the field manager of every field. */
function written<T extends KubeObject>(object: T, resource: Resource<KubeObject>): T {
  const { apiVersion: _version, kind: _kind, metadata: { labels, annotations }, ...content } =
    object;
  const fieldsV1 = fieldsOf({ metadata: { labels, annotations }, ...content }, shapeOf(resource));
  const managedFields = [{
    manager: "manager",
    operation: "Update",
    fieldsType: "FieldsV1",
    fieldsV1,
  }];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function fieldsOf(value: unknown, shape: Shape): FieldSet {
  if (isJsonObject(value) && !shape.atomic) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        fieldElement(name),
        fieldsOf(inner, fieldOf(shape, name)),
      ]),
    );
  }
  const { keys, each = {} } = shape;
  if (!Array.isArray(value) || !keys) return {};
  return Object.fromEntries(
    value.map((item) => [itemElement(keys, item), { ".": {}, ...fieldsOf(item, each) }]),
  );
}

function clientFor(
  objects: readonly KubeObject[],
  orchestrator: string,
): Pick<Client, "list" | "serves"> {
  return {
    list: <T extends KubeObject>(resource: Resource<T>, scope = {}) => {
      if (!isServed(resource, orchestrator)) return Promise.reject(apiError(404, "NotFound"));
      const { apiVersion, kind } = resource;
      const items = objects.filter((object) =>
        object.apiVersion === apiVersion && object.kind === kind
      );
      return Promise.resolve({
        items: items.filter(scopeMatcher(scope)) as T[],
        resourceVersion: "9",
      });
    },
    serves: (resource) => Promise.resolve(isServed(resource, orchestrator)),
  };
}

async function diff(
  objects: readonly KubeObject[],
  {
    namespace = "",
    platform = PLATFORM,
    orchestrator = "deployment",
    client = clientFor(objects, orchestrator),
  } = {},
): Promise<string[]> {
  return (await describeDiff(client, { namespace, platform })).split("\n");
}

type Edit = (object: KubeObject & { spec?: never }) => void;

function edited(
  objects: readonly KubeObject[],
  kind: string,
  name: string,
  edit: Edit,
): KubeObject[] {
  return objects.map((object) => {
    if (object.kind !== kind || object.metadata.name !== name) return object;
    const copy = structuredClone(object);
    edit(copy as KubeObject & { spec?: never });
    return copy;
  });
}

const CHAT = 'DynamoGraphDeployment "team/chat"';

Deno.test("the take-over of unchanged children restarts no pod and changes nothing visible", async () => {
  assertEquals(await diff(await goCluster(GRAPH.build())), [
    `${CHAT}: no pod restarts`,
    "Graphs and standalone components: 1, no pod restarts",
  ]);
});

Deno.test("the defaults that the API server filled in do not count as a change", async () => {
  const objects = edited(await goCluster(GRAPH.build()), "Deployment", "chat-worker", (object) => {
    const { spec } = object as unknown as { spec: { template: { spec: Record<string, unknown> } } };
    Object.assign(spec.template.spec, {
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
    });
    const [{ fieldsV1 } = { fieldsV1: {} }] = object.metadata.managedFields ?? [];
    const pod =
      (fieldsV1 as { "f:spec": { "f:template": { "f:spec": object } } })["f:spec"]["f:template"][
        "f:spec"
      ];
    Object.assign(pod, { "f:dnsPolicy": {}, "f:schedulerName": {} });
  });
  assertEquals((await diff(objects))[0], `${CHAT}: no pod restarts`);
});

Deno.test("fields that the graph no longer contains roll the pods, with their paths", async () => {
  const [_graph, ...children] = await goCluster(GRAPH.build());
  const changed = graph().withFrontend().withWorker("Worker", {
    envs: [{ name: "B", value: "3" }],
  });
  const worker = 'DynamoComponentDeployment "team/chat-worker"';
  const env = 'spec.template.spec.containers["main"].env';
  assertEquals(await diff([changed.build(), ...children]), [
    `${CHAT}: restarts pods`,
    `  change  ${worker}: spec.envs`,
    `  restart Deployment "team/chat-worker": ${env}["B"].value, ${env}["A"]`,
    "Graphs and standalone components: 1, 1 of them restart or stop pods",
  ]);
});

Deno.test("a field of another field manager stays", async () => {
  const objects = edited(await goCluster(GRAPH.build()), "Deployment", "chat-worker", (object) => {
    const { spec } = object as unknown as { spec: { template: { spec: Record<string, unknown> } } };
    Object.assign(spec.template.spec, { priorityClassName: "high" });
  });
  assertEquals((await diff(objects))[0], `${CHAT}: no pod restarts`);
});

Deno.test("another order of environment variables rolls the pods", async () => {
  const objects = edited(await goCluster(GRAPH.build()), "Deployment", "chat-worker", (object) => {
    const { spec } = object as unknown as {
      spec: { template: { spec: { containers: { env: unknown[] }[] } } };
    };
    spec.template.spec.containers[0]?.env.reverse();
  });
  assertEquals((await diff(objects)).slice(0, 2), [
    `${CHAT}: restarts pods`,
    '  restart Deployment "team/chat-worker": spec.template.spec.containers["main"].env',
  ]);
});

Deno.test("a component that the graph no longer contains stops its pods, other deletions stop none", async () => {
  const [_graph, ...children] = await goCluster(GRAPH.build());
  const twin = edited(children, "Service", "chat-worker", ({ metadata }) => {
    metadata.name = "chat-worker-p";
    metadata.uid = "twin";
  }).filter(({ metadata }) => metadata.uid === "twin");
  assertEquals(await diff([GRAPH.build(), ...children, ...twin]), [
    `${CHAT}: no pod restarts`,
    '  delete  Service "team/chat-worker-p": not planned',
    "Graphs and standalone components: 1, no pod restarts",
  ]);
  assertEquals((await diff([graph().withFrontend().build(), ...children])).slice(0, 2), [
    `${CHAT}: stops pods`,
    '  stop    DynamoComponentDeployment "team/chat-worker": not planned',
  ]);
});

Deno.test("a graph that cannot be planned, a paused graph and an absent child are named", async () => {
  const invalid = graph().withWorker("Worker", { replicas: -1 }).build();
  const lines = await diff([invalid]);
  assertEquals(lines[0], `${CHAT}: no pod restarts`);
  assertEquals(lines[1]?.startsWith("  problem spec.services[Worker].replicas: "), true);
  const paused = GRAPH.withAnnotation("nvidia.com/paused", "true").build();
  assertEquals(await diff([paused]), [
    `${CHAT}: paused, no pod restarts`,
    "Graphs and standalone components: 1, no pod restarts",
  ]);
  const created = (await diff([GRAPH.build()])).filter((line) => line.startsWith("  create "));
  assertEquals(created.length, 9);
});

Deno.test("a graph that is being deleted is left out", async () => {
  assertEquals(await diff([GRAPH.deleting().build()]), ["No graphs and no components"]);
});

Deno.test("only the objects of the namespace are compared", async () => {
  const other = graph("other", "elsewhere").withFrontend().build();
  const objects = [...await goCluster(GRAPH.build()), other];
  assertEquals((await diff(objects, { namespace: "team" })).length, 2);
  assertEquals(await diff(objects, { namespace: "empty" }), ["No graphs and no components"]);
});

Deno.test("a VirtualService is created if the cluster has Istio", async () => {
  const objects = await goCluster(GRAPH.build());
  const client = clientFor(objects, "deployment");
  const withoutIstio: typeof client = {
    ...client,
    list: (resource, scope) => {
      if (resource.kind !== virtualServices.kind) return client.list(resource, scope);
      const request = { verb: "list", method: "GET", path: "/" };
      throw new ApiError({ status: 404, reason: "NotFound", message: "no such kind", request });
    },
  };
  const platform = platformConfig({ virtualServiceGateway: "istio-system/public" });
  const created = async (from = client) =>
    (await diff(objects, { platform, client: from })).filter((line) => line.startsWith("  create"));
  assertEquals(await created(), ['  create  VirtualService "team/chat-frontend"']);
  assertEquals(await created(withoutIstio), []);
});

Deno.test("a kind that may not be listed is an error, unless the cluster lacks the kind", async () => {
  const refuse = (serves: boolean): Pick<Client, "list" | "serves"> => ({
    list: () => {
      const request = { verb: "list", method: "GET", path: "/" };
      throw new ApiError({ status: 403, reason: "Forbidden", message: "not you", request });
    },
    serves: () => Promise.resolve(serves),
  });
  const options = { namespace: "", platform: PLATFORM };
  await assertRejects(() => describeDiff(refuse(true), options), Error, "Cannot list ");
  assertEquals(await describeDiff(refuse(false), options), "No graphs and no components");
});

Deno.test("of a graph on Grove, changed pods restart, and changed replicas scale", async () => {
  const [owner, ...children] = await goCluster(GRAPH.build(), "grove");
  const set = children.find(({ kind }) => kind === "PodCliqueSet");
  if (!owner || !set) throw new Error("The plan contains no PodCliqueSet");
  const live = [
    ...children,
    ...["frontend", "worker"].map((name) => readyClique(set, `chat-0-${name}`)),
  ];
  const onGrove = (object: KubeObject) => diff([object, ...live], { orchestrator: "grove" });
  const unchanged = "Graphs and standalone components: 1, no pod restarts";
  assertEquals(await onGrove(owner), [`${CHAT}: no pod restarts`, unchanged]);

  const scaled = graph().withFrontend().withWorker("Worker", {
    envs: [{ name: "A", value: "1" }, { name: "B", value: "2" }],
    replicas: 2,
  });
  assertEquals(await onGrove(scaled.build()), [
    `${CHAT}: no pod restarts`,
    '  change  PodClique "team/chat-0-worker": spec.replicas',
    unchanged,
  ]);
  const [effect, change] = await onGrove(graph().withFrontend().withWorker().build());
  assertEquals(effect, `${CHAT}: restarts pods`);
  assertEquals(
    change?.startsWith('  restart PodCliqueSet "team/chat": spec.template.cliques'),
    true,
  );
});
