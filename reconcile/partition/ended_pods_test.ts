// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { ChangeHandler } from "../../kube/informer.ts";
import { rememberEndedPods } from "./ended_pods.ts";
import type { PartitionPod } from "./pod.ts";
import { endedPod, pod } from "./testing/objects.ts";

const of = (uid: string, object: PartitionPod): PartitionPod => ({
  ...object,
  metadata: { ...object.metadata, labels: { [PARTITION.uidLabel]: uid } },
});

Deno.test("the end of a pod is remembered until it is recorded, though the pod is gone by then", () => {
  let tell: ChangeHandler<PartitionPod> = () => {};
  const ended = rememberEndedPods(
    { onChange: (handler) => void (tell = handler) },
    (uid) => uid === "open",
  );
  const [running, over] = [of("open", pod("a")), of("open", endedPod("a", 0))];
  tell({ type: "added", object: running });
  assertEquals(ended.of("open"), []);
  tell({ type: "modified", object: over, previous: running });
  tell({ type: "deleted", object: over });
  tell({ type: "added", object: of("finished", endedPod("b", 0)) });
  assertEquals([ended.of("open"), ended.of("finished")], [[over], []]);

  ended.forget("open", (name) => name !== "a");
  assertEquals(ended.of("open"), [over]);
  ended.forget("open", (name) => name === "a");
  assertEquals(ended.of("open"), []);
});
