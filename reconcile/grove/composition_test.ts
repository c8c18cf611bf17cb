// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { graph } from "../testing/graph_builder.ts";
import { planSet, storedSet } from "../testing/grove_objects.ts";

const MULTINODE = { multinode: { nodeCount: 2 } };
const TRTLLM = {
  ...MULTINODE,
  extraPodSpec: { mainContainer: { image: "i", command: ["python3", "-m", "dynamo.trtllm"] } },
};

function changesOf(before: ReturnType<typeof graph>, after: ReturnType<typeof graph>) {
  const podCliqueSet = storedSet(before.build());
  const { problems, podCliqueSet: planned } = planSet(after.build(), { podCliqueSet });
  assertEquals(planned === undefined, problems.length > 0);
  return problems.map(({ reason, field, message }) => {
    assertEquals(reason, "CompositionChanged");
    assertStringIncludes(message, 'set its annotation nvidia.com/recreate-podcliqueset to "1"');
    return `${field}: ${message.slice(0, message.indexOf(", and the change needs"))}`;
  });
}

const base = graph().withFrontend().withWorker("Decode");
const multinode = graph().withFrontend().withWorker("Decode", MULTINODE);

for (
  const [why, before, after, expected] of [
    ["no change", base, base, []],
    ["other fields", base, base.withWorker("Decode", { replicas: 3 }), []],
    ["more nodes", multinode, multinode.withWorker("Decode", { multinode: { nodeCount: 4 } }), []],
    ["an added service", base, base.withWorker("Prefill"), [
      "spec.services[Prefill]: Grove does not run this service yet",
    ]],
    ["removed services", multinode.withWorker("Prefill"), graph().withFrontend(), [
      'spec.services: Grove still runs "decode", "prefill"',
    ]],
    ["several nodes instead of one", base, multinode, [
      "spec.services[Decode]: Grove still runs each replica on one node",
    ]],
    ["one node instead of several", multinode, base, [
      "spec.services[Decode]: Grove still runs each replica on several nodes",
    ]],
    ["a leader that must wait", multinode, graph().withFrontend().withWorker("Decode", TRTLLM), [
      "spec.services[Decode]: Its leader must start after its workers, but Grove starts them in any order",
    ]],
    [
      "a leader that need not wait",
      graph().withWorker("D", TRTLLM),
      graph().withWorker("D", MULTINODE),
      [],
    ],
    ["another case of the name", base, graph().withFrontend().withWorker("DECODE"), []],
  ] as const
) {
  Deno.test(`a changed composition: ${why}`, () => {
    assertEquals(changesOf(before, after), [...expected]);
  });
}
