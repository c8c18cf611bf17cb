// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ChangeHandler } from "../../kube/informer.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { createStore } from "../../kube/store.ts";
import { controllerReference } from "../apply/ownership.ts";
import { parentObject, service } from "../apply/testing/objects.ts";
import { createQueue, type Queue } from "./queue.ts";
import { createFakeClock } from "./testing/fake_clock.ts";
import { controllerKey, enqueueChanges, enqueueStored, type Watch } from "./watch.ts";

const selfKey = ({ metadata }: KubeObject) => [objectKey(metadata)];

function setUp(keys: Watch["keys"], clock = createFakeClock()) {
  const handlers: ChangeHandler<KubeObject>[] = [];
  const { store, feed: events } = createStore<KubeObject, KubeObject>({
    apiVersion: "v1",
    kind: "Service",
    project: (object) => object,
    onChange: (change) => handlers.forEach((handler) => handler(change)),
  });
  const queue = createQueue({ clock, random: Math.random });
  const watch: Watch = { informer: { store, onChange: (handler) => handlers.push(handler) }, keys };
  return { queue, watch, events };
}

async function takeKeys(queue: Queue): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  while (queue.stats.depth() > 0) keys.push(await queue.next());
  return keys;
}

function version(object: KubeObject, resourceVersion: string): KubeObject {
  const uid = `${object.metadata.name}-uid`;
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
}

Deno.test("changes before the start enqueue nothing, changes after the start have high priority", () => {
  let isRunning = false;
  const { queue, watch, events } = setUp(selfKey);
  enqueueChanges(queue, watch, { isRunning: () => isRunning });
  events.event("ADDED", version(service("a"), "1"));
  isRunning = true;
  events.event("ADDED", version(service("b"), "2"));
  assertEquals([queue.stats.depth("low"), queue.stats.depth("high")], [0, 1]);
});

Deno.test("a change also enqueues the previous owner of the object", async () => {
  const { queue, watch, events } = setUp(controllerKey({ group: "example.com", kind: "Parent" }));
  enqueueChanges(queue, watch, { isRunning: () => true });
  const ownedBy = (name: string) => {
    const object = service("a");
    object.metadata.ownerReferences = [controllerReference(parentObject({ name, uid: name }))];
    return object;
  };
  events.event("ADDED", version(ownedBy("p"), "1"));
  assertEquals(await takeKeys(queue), ["ns/p"]);
  queue.finish("ns/p");
  events.event("MODIFIED", version(ownedBy("q"), "2"));
  assertEquals(await takeKeys(queue), ["ns/q", "ns/p"]);
});

Deno.test("a status change of a primary object does not end its backoff; any other change does", async () => {
  const { queue, watch, events } = setUp(selfKey);
  enqueueChanges(queue, { ...watch, primary: true }, { isRunning: () => true });
  const graph = (change: Partial<KubeObject["metadata"]>, resourceVersion: string) => {
    const object = version(service("a"), resourceVersion);
    return { ...object, metadata: { ...object.metadata, generation: 1, ...change } };
  };
  events.event("ADDED", graph({}, "1"));
  assertEquals(await takeKeys(queue), ["ns/a"]);
  queue.retry("ns/a");
  queue.finish("ns/a");
  events.event("MODIFIED", graph({}, "2"));
  assertEquals([queue.stats.depth(), queue.stats.delayed()], [0, 1]);
  events.event("MODIFIED", graph({ annotations: { a: "b" } }, "3"));
  assertEquals([queue.stats.depth(), queue.stats.delayed()], [1, 0]);
  await queue.stop();
});

Deno.test("only a controller owner of the given group and kind is enqueued", () => {
  const owners = controllerKey({ group: "example.com", kind: "Parent" });
  const object = service("a");
  const controller = controllerReference(parentObject());
  const references = [
    [{ ...controller, controller: false }, []],
    [{ ...controller, kind: "Other" }, []],
    [{ ...controller, apiVersion: "other.com/v1" }, []],
    [{ ...controller, apiVersion: "example.com/v2" }, ["ns/p"]],
  ] as const;
  for (const [reference, keys] of references) {
    object.metadata.ownerReferences = [reference];
    assertEquals(owners(object), [...keys]);
  }
});

Deno.test("enqueueStored adds every key of the stores with low priority", async () => {
  const { queue, watch, events } = setUp(selfKey);
  events.event("ADDED", version(service("a"), "1"));
  queue.add("ns/user", "high");
  enqueueStored(queue, [watch]);
  assertEquals(await takeKeys(queue), ["ns/user", "ns/a"]);
});

Deno.test("changes within settleMs enqueue a key once", async () => {
  const clock = createFakeClock();
  const { queue, watch, events } = setUp(() => ["p"], clock);
  enqueueChanges(queue, { ...watch, settleMs: 200 }, { isRunning: () => true });
  events.event("ADDED", version(service("b"), "2"));
  await clock.advance(150);
  events.event("ADDED", version(service("c"), "3"));
  assertEquals(queue.stats.depth(), 0);
  await clock.advance(50);
  assertEquals(await takeKeys(queue), ["p"]);
  queue.finish("p");
  await clock.advance(1000);
  assertEquals(queue.stats.depth(), 0);
});
