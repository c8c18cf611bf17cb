// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { lwsNodes } from "./replica_nodes.ts";
import { GROVE_LEADER, multinodeContainer as container } from "../../testing/multinode_pods.ts";

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

const ray = {
  command: ["python3", "-m", "dynamo.vllm"],
  args: ["--model", "test", "--tensor-parallel-size", "8"],
  nodes: 3,
  gpus: 4,
};

Deno.test("Ray runs a model that does not fit on one node", () => {
  const leader = container(ray, "leader");
  assertEquals(leader.command, ["/bin/sh", "-c"]);
  assertEquals(leader.args, [
    "ray start --head --port=6379 && python3 -m dynamo.vllm --model test " +
    "--tensor-parallel-size 8 --distributed-executor-backend ray",
  ]);
  assertEquals(PROBES.filter((probe) => leader[probe]), [...PROBES]);
  const worker = container(ray, "worker");
  assertEquals(worker.command, ["/bin/sh", "-c"]);
  assertEquals(worker.args, [`ray start --address=${GROVE_LEADER}:6379 --block`]);
  assertEquals(PROBES.filter((probe) => worker[probe]), []);
  assertEquals(container(ray, "worker", lwsNodes).args, [
    "ray start --address=$LWS_LEADER_ADDRESS:6379 --block",
  ]);
});

Deno.test("Ray runs the command of any program", () => {
  const service = {
    command: ["some", "dynamo", "command"],
    args: ["--tensor-parallel-size", "4", "--pipeline-parallel-size", "1"],
    nodes: 2,
    gpus: 1,
    spec: { backendFramework: "vllm" },
  } as const;
  assertEquals(
    container(
      { ...service, command: [...service.command], args: [...service.args] },
      "leader",
      lwsNodes,
    ).args,
    [
      "ray start --head --port=6379 && some dynamo command --tensor-parallel-size 4 " +
      "--pipeline-parallel-size 1 --distributed-executor-backend ray",
    ],
  );
});

const flags = (local: number, start: string, leader = GROVE_LEADER) =>
  `--data-parallel-hybrid-lb --data-parallel-size-local ${local} --data-parallel-start-rank ` +
  `${start} --data-parallel-address ${leader} --data-parallel-rpc-port 13445`;

Deno.test("a Python command gets the flags of its data-parallel ranks", () => {
  const args = ["-m", "dynamo.vllm", "--data-parallel-size", "16"];
  const leader = container({ command: ["python3"], args, nodes: 2, gpus: 8 }, "leader");
  assertEquals(leader.command, ["python3"]);
  assertEquals(leader.args, [...args, ...flags(8, "0").split(" ")]);
  assertEquals(PROBES.filter((probe) => leader[probe]), [...PROBES]);
});

Deno.test("a worker computes its first data-parallel rank in a shell", () => {
  const args = "-m dynamo.vllm --data-parallel-size 8 --tensor-parallel-size 2".split(" ");
  const service = { command: ["python3"], args, nodes: 2, gpus: 8 };
  const line = `exec python3 ${args.join(" ")}`;
  const worker = container(service, "worker");
  assertEquals(worker.command, ["sh", "-c"]);
  assertEquals(worker.args, [
    `${line} ${flags(4, "$(( 4 * $((GROVE_PCLQ_POD_INDEX + 1)) ))")}`,
  ]);
  assertEquals(PROBES.filter((probe) => worker[probe]), []);
  assertEquals(container(service, "worker", lwsNodes).args, [
    `${line} ${flags(4, "$(( 4 * $LWS_WORKER_INDEX ))", "$LWS_LEADER_ADDRESS")}`,
  ]);
});

Deno.test("a script gets the flags of its data-parallel ranks after the name of the module", () => {
  const script = (after: string) =>
    `echo blah | wc -l && python3 -m dynamo.vllm${after} --data-parallel-size 8 && ls -al`;
  const service = { command: ["sh", "-c"], args: [script("")], nodes: 2, gpus: 4 };
  const leader = container(service, "leader");
  assertEquals(leader.command, ["sh", "-c"]);
  assertEquals(leader.args, [script(` ${flags(4, "0")}`)]);
  assertEquals(container(service, "leader", lwsNodes).args, [
    script(` ${flags(4, "0", "$LWS_LEADER_ADDRESS")}`),
  ]);
});

Deno.test("without known sizes and GPUs, each node runs the command of the user", () => {
  const vllm = (args: string, gpus?: number) => {
    const service = { command: ["python3"], args: ["-m", "dynamo.vllm", ...args.split(" ")] };
    const worker = container({ ...service, nodes: 2, ...(gpus && { gpus }) }, "worker");
    assertEquals(worker.command, ["python3"]);
    assertEquals(worker.args, service.args);
    assertEquals(PROBES.filter((probe) => worker[probe]), []);
  };
  vllm("--tensor-parallel-size 8", 8);
  vllm("--tensor-parallel-size 16");
  vllm("--tensor-parallel-size=16", 8);
  vllm("-tp 16", 8);
  vllm("--tensor-parallel-size x", 8);
});
