// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import type { V1Container } from "@kubernetes/client-node";
import type { ServiceInput } from "../../dynamo/service_input.ts";
import { graphService } from "../../testing/components.ts";
import { platformConfig } from "../../testing/platform_config.ts";
import { podSpec } from "../pod_spec.ts";
import { groveNodes, lwsNodes } from "./replica_nodes.ts";
import { COMMAND_CASES, type CommandCase, HOME } from "./testing/command_cases.ts";
import { GO_NODES, goCommand } from "./testing/go_operator.ts";
import { podsOfGrove, podsOfLws, type ReplicaPod } from "./testing/replica_pods.ts";
import { type Call, type ContainerRunner, containerRunner } from "./testing/run_container.ts";

const ORCHESTRATORS = {
  lws: { nodes: lwsNodes, pods: podsOfLws },
  grove: { nodes: groveNodes, pods: podsOfGrove },
} as const;

type Orchestrator = keyof typeof ORCHESTRATORS;

const NODE_COUNTS = [2, 5];

/**
 * Cases in which the Go operator 0.8 renders a command that does not work. In every other case, this operator must
 * render the same command as the Go operator.
 */
const BROKEN_IN_GO_OPERATOR = [
  // The Go operator adds `$LWS_LEADER_ADDRESS` to a command without a shell. The kubelet expands only `$(NAME)`.
  "sglang, python: leader on lws",
  "data parallel, python: leader on lws",
  // In `$(( 4 * $(LWS_WORKER_INDEX) ))`, the kubelet does not expand the inner reference. The shell then runs
  // `LWS_WORKER_INDEX` as a command.
  "data parallel, python: worker on lws",
  "data parallel, script: worker on lws",
  "data parallel, script with JSON: worker on lws",
  // The Go operator does not quote arguments, so a shell splits them and interprets their special characters.
  "sglang, python with JSON: worker on grove",
  "sglang, python with JSON: leader on lws",
  "sglang, python with JSON: worker on lws",
  "data parallel, python with JSON: worker on grove",
  "data parallel, python with JSON: leader on lws",
  "data parallel, python with JSON: worker on lws",
  "ray, python with JSON: leader on grove",
  "ray, python with JSON: leader on lws",
  "trtllm, python with JSON: leader on grove",
  "trtllm, python with JSON: leader on lws",
  "trtllm, script with quotes: leader on grove",
  "trtllm, script with quotes: leader on lws",
  // The Go operator inserts the flags between a backslash and the line break after it.
  "sglang, script with a backslash after the module: leader on grove",
  "sglang, script with a backslash after the module: worker on grove",
  "sglang, script with a backslash after the module: leader on lws",
  "sglang, script with a backslash after the module: worker on lws",
  // The Go operator does not quote the script after `sh -c`, so the shell runs only the first word of the script.
  "ray, script: leader on grove",
  "ray, script: leader on lws",
  "ray, script with variable and JSON: leader on grove",
  "ray, script with variable and JSON: leader on lws",
  "trtllm, script in the command: leader on grove",
  "trtllm, script in the command: leader on lws",
  // `trtllm-llmapi-launch` runs only the first command of the script, or tries to run an assignment as a program.
  "trtllm, script with a command before: leader on grove",
  "trtllm, script with a command before: leader on lws",
  "trtllm, script with a variable: leader on grove",
  "trtllm, script with a variable: leader on lws",
  // The Go operator omits the program, so `trtllm-llmapi-launch` gets only the arguments.
  "trtllm, program: leader on grove",
  "trtllm, program: leader on lws",
];

Deno.test("each pod of a multinode replica runs the program with the arguments of its node", async () => {
  await using runner = await containerRunner();
  for (const { one, orchestrator, pod } of everyPod()) {
    const { container, env } = renderedPod(one, orchestrator, pod);
    assertEquals(
      await callsOf(runner, container, env),
      one.calls(pod),
      `${nameOf(one, orchestrator, pod)}, rank ${pod.rank} of ${pod.hosts.length}`,
    );
  }
});

Deno.test("only commands that do not work with the Go operator get another text", async () => {
  await using runner = await containerRunner();
  const broken = new Set<string>();
  for (const { one, orchestrator, pod } of everyPod()) {
    const name = nameOf(one, orchestrator, pod);
    const { container, service, own, env } = renderedPod(one, orchestrator, pod);
    const { command = [], args = [] } = container;
    const go = goCommand(
      { ...own, env: container.env ?? [] },
      { framework: one.framework, service, nodes: GO_NODES[orchestrator] },
    );
    if (JSON.stringify({ command, args }) === JSON.stringify(go)) continue;
    const calls = await callsOf(runner, { name: "main", ...go }, env);
    assertNotEquals(calls, one.calls(pod), `${name} works with the Go operator`);
    broken.add(name);
  }
  assertEquals([...broken].sort(), [...BROKEN_IN_GO_OPERATOR].sort());
});

Deno.test("a service on one node runs the command of its user", () => {
  for (const one of COMMAND_CASES) {
    const service = serviceOf(one, { nodes: 1, role: "single" });
    for (const { nodes } of Object.values(ORCHESTRATORS)) {
      const container = podSpec(service, platformConfig(), [], nodes).containers.at(-1);
      assertEquals(container?.command, one.command);
      assertEquals(container?.args ?? [], one.args);
    }
  }
});

function* everyPod() {
  for (const one of COMMAND_CASES) {
    for (const orchestrator of ["grove", "lws"] as const) {
      for (const count of NODE_COUNTS) {
        for (const pod of ORCHESTRATORS[orchestrator].pods(count)) yield { one, orchestrator, pod };
      }
    }
  }
}

function nameOf({ name }: CommandCase, orchestrator: Orchestrator, { role }: ReplicaPod): string {
  return `${name}: ${role} on ${orchestrator}`;
}

function renderedPod(one: CommandCase, orchestrator: Orchestrator, pod: ReplicaPod) {
  const { nodes } = ORCHESTRATORS[orchestrator];
  const service = serviceOf(one, { nodes: pod.hosts.length, role: pod.role });
  const container = podSpec(service, platformConfig(), [], nodes).containers.at(-1);
  const own = { name: "main", command: one.command, args: one.args };
  if (!container) throw new Error("The pod lacks a container");
  return { container, service, own, env: { ...pod.env, ...one.env } };
}

function serviceOf(
  { framework, command, args, gpus, env = {} }: CommandCase,
  change: Pick<ServiceInput, "nodes" | "role">,
): ServiceInput {
  const service = graphService({
    backendFramework: framework,
    multinode: { nodeCount: change.nodes },
    resources: { limits: { gpu: `${gpus}` } },
    envs: Object.entries(env).map(([name, value]) => ({ name, value })),
    extraPodSpec: { mainContainer: { command, ...(args.length > 0 && { args }) } },
  });
  return { ...service, ...change };
}

/**
 * Returns the program calls that a container makes. In these calls, {@link HOME} replaces the temporary home directory,
 * and the variables that `mpirun` forwards are omitted.
 */
async function callsOf(
  runner: ContainerRunner,
  container: V1Container,
  env: Readonly<Record<string, string>>,
): Promise<Call[]> {
  const calls = await runner.run(container, env);
  return calls.map((call) => {
    const variables = call[0] === "mpirun" ? call.indexOf("-x") : call.length;
    return call.slice(0, variables).map((text) => text.replace(runner.home, HOME));
  });
}
