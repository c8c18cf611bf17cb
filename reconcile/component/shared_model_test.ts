// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import type { ChangeHandler } from "../../kube/informer.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { createExecutor } from "../apply/execute.ts";
import { storedKinds } from "../apply/stored_kinds.ts";
import { components as componentKind } from "../dynamo/resources.ts";
import { createLookup, ownerIndex } from "../engine/lookup.ts";
import { createQueue } from "../engine/queue.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { enqueueChanges } from "../engine/watch.ts";
import { soloComponent } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { componentIndexes, componentKinds } from "./children.ts";
import { modelService } from "./model_service.ts";

const COMPONENTS = 200;

Deno.test("components that share a model are reconciled once each, although each adds itself to the owners of the Service", async () => {
  const clock = createFakeClock();
  const queue = createQueue({ clock, random: () => 0 });
  const handlers: ChangeHandler<KubeObject>[] = [];
  const live = storeOf(services, (change) => handlers.forEach((handler) => handler(change)));
  const users = storeOf(componentKind, () => {});
  const own = createLookup({ store: users.store, state: () => "synced", onChange: () => {} });
  users.addIndexes({ ...ownerIndex, ...componentIndexes });
  const { keys, keysOfUpdate, settleMs = 0 } = componentKinds(platformConfig()).children.services;
  const informer = {
    store: live.store,
    onChange: (handler: ChangeHandler<KubeObject>) => void handlers.push(handler),
  };
  enqueueChanges(queue, {
    informer,
    settleMs,
    keys: (object) => keys(object, own),
    ...(keysOfUpdate && {
      keysOfUpdate: (object: KubeObject, previous: KubeObject) =>
        keysOfUpdate(object, previous, own),
    }),
  }, { isRunning: () => true });

  let writes = 0;
  const client = fakeClient(() => ++writes);
  const { execute } = createExecutor({
    client,
    stores: storedKinds([{ resource: services, store: live.store }]),
  });
  let reconciliations = 0;
  async function drain() {
    while (queue.stats.depth() > 0) {
      const key = await queue.next() ?? "";
      const parent = users.store.get(key);
      assert(parent);
      const planned = modelService(parent, users.store.list());
      await execute({ parent, planned: planned ? [planned] : [] });
      reconciliations++;
      queue.finish(key);
    }
  }

  for (let number = 0; number < COMPONENTS; number++) {
    const name = `user-${number}`;
    const component = soloComponent({ modelRef: { name: "acme/model" } }, {
      name,
      uid: name,
      resourceVersion: `${number + 1}`,
    });
    users.feed.event("ADDED", component);
    queue.add(objectKey(component.metadata));
    await drain();
    // Worst case: the queue handles all changes of the Service before the test creates the next component.
    await clock.advance(settleMs);
    await drain();
  }
  const [service] = live.store.list();
  assertEquals(service?.metadata.ownerReferences?.length, COMPONENTS);
  assertEquals(writes, COMPONENTS);
  // The creation of the Service enqueues the first component a second time.
  assertEquals(reconciliations, COMPONENTS + 1);
});

function storeOf<T extends KubeObject>(
  { apiVersion, kind }: Resource<T>,
  onChange: ChangeHandler<T>,
) {
  return createStore<T, T>({ apiVersion, kind, project: (object) => object, onChange });
}

function fakeClient(onWrite: () => number) {
  const unexpected = () => Promise.reject(new Error("Unexpected request"));
  return {
    apply(_resource: unknown, manifest: KubeObject) {
      const metadata = { uid: "service", ...manifest.metadata, resourceVersion: `${onWrite()}` };
      return Promise.resolve({ ...manifest, metadata } as never);
    },
    create: unexpected,
    delete: unexpected,
    get: unexpected,
    list: unexpected,
    patch: unexpected,
  };
}
