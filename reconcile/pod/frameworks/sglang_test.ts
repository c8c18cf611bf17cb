// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { lwsNodes } from "./replica_nodes.ts";
import { GROVE_LEADER, multinodeContainer as container } from "../../testing/multinode_pods.ts";

const spec = { backendFramework: "sglang" } as const;
const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

function flags(nodes: number, rank: string): string {
  return `--dist-init-addr ${GROVE_LEADER}:29500 --nnodes ${nodes} --node-rank ${rank}`;
}

Deno.test("a script of SGLang gets the flags after the name of the module", () => {
  const service = { command: ["sh", "-c"], args: ["python -m dynamo.sglang"], nodes: 3, spec };
  const worker = container(service, "worker");
  assertEquals(worker.command, ["sh", "-c"]);
  assertEquals(worker.args, [
    `python -m dynamo.sglang ${flags(3, "$((GROVE_PCLQ_POD_INDEX + 1))")}`,
  ]);
  assertEquals(PROBES.filter((probe) => worker[probe]), []);
  const leader = container(service, "leader");
  assertEquals(leader.args, [`python -m dynamo.sglang ${flags(3, "0")}`]);
  assertEquals(PROBES.filter((probe) => leader[probe]), [...PROBES]);
});

Deno.test("SGLang as a Python command gets separate flags on the leader, and a shell on a worker", () => {
  const command = ["/home/user/.pyenv/shims/python3.9"];
  const service = { command, args: ["-m", "dynamo.sglang"], nodes: 2, spec };
  const leader = container(service, "leader");
  assertEquals(leader.command, command);
  assertEquals(leader.args, ["-m", "dynamo.sglang", ...flags(2, "0").split(" ")]);
  const worker = container(service, "worker", lwsNodes);
  assertEquals(worker.command, ["sh", "-c"]);
  assertEquals(worker.args, [
    "exec /home/user/.pyenv/shims/python3.9 -m dynamo.sglang --dist-init-addr " +
    "$LWS_LEADER_ADDRESS:29500 --nnodes 2 --node-rank $(LWS_WORKER_INDEX)",
  ]);
});

Deno.test("on a LeaderWorkerSet, a reference that the kubelet expands replaces one that needs a shell", () => {
  const service = { command: ["python3"], args: ["-m", "dynamo.sglang"], nodes: 2, spec };
  const leader = container(service, "leader", lwsNodes);
  assertEquals(leader.args?.slice(2, 4), ["--dist-init-addr", "$(LWS_LEADER_ADDRESS):29500"]);
});

Deno.test("SGLang on one node is not changed", () => {
  const service = { command: ["sh", "-c"], args: ["python -m dynamo.sglang"], nodes: 1, spec };
  assertEquals(container(service, "single").args, ["python -m dynamo.sglang"]);
});
