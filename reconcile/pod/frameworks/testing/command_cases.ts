import type { Framework } from "../framework.ts";
import type { ReplicaPod } from "./replica_pods.ts";
import type { Call } from "./run_container.ts";

/** A user's command, and the programs that each pod of a multinode replica is expected to call. */
export interface CommandCase {
  name: string;
  framework: Exclude<Framework, "noop">;
  command: string[];
  args: string[];
  /** Number of GPUs per node. */
  gpus: number;
  env?: Readonly<Record<string, string>>;
  calls(pod: ReplicaPod): Call[];
}

const JSON_VALUE = '{"a": "x y", "b": [1, "$HOME"]}';

/** A command case without `framework` and `gpus`, which are the same in all cases of one list. */
type GroupedCase = Omit<CommandCase, "framework" | "gpus">;

function sglangFlags({ hosts, rank }: ReplicaPod): string[] {
  return [
    ...["--dist-init-addr", `${hosts[0]}:29500`],
    ...["--nnodes", `${hosts.length}`, "--node-rank", `${rank}`],
  ];
}

function rayCalls(vllm: Call, ...before: Call[]) {
  return ({ role, hosts }: ReplicaPod): Call[] =>
    role === "leader"
      ? [["ray", "start", "--head", "--port=6379"], ...before, vllm]
      : [["ray", "start", `--address=${hosts[0]}:6379`, "--block"]];
}

function dataParallelFlags({ hosts, rank }: ReplicaPod, ranksPerNode: number): string[] {
  return [
    "--data-parallel-hybrid-lb",
    ...["--data-parallel-size-local", `${ranksPerNode}`],
    ...["--data-parallel-start-rank", `${ranksPerNode * rank}`],
    ...["--data-parallel-address", `${hosts[0]}`, "--data-parallel-rpc-port", "13445"],
  ];
}

const RAY = ["--distributed-executor-backend", "ray"];
const SIZE_16 = ["--tensor-parallel-size", "16"];
const DATA_16 = ["--data-parallel-size", "16"];
const shell = ["/bin/sh", "-c"];
const sglang = ["-m", "dynamo.sglang"];
const vllm = ["-m", "dynamo.vllm"];
const trtllm = ["-m", "dynamo.trtllm"];

const sglangCases = ([
  {
    name: "sglang, python",
    command: ["python3", ...sglang],
    args: ["--model-path", "m", "--tp", "16"],
    calls: (
      pod,
    ) => [["python3", ...sglang, "--model-path", "m", "--tp", "16", ...sglangFlags(pod)]],
  },
  {
    name: "sglang, python with JSON",
    command: ["python3"],
    args: [...sglang, "--json", JSON_VALUE],
    calls: (pod) => [["python3", ...sglang, "--json", JSON_VALUE, ...sglangFlags(pod)]],
  },
  {
    name: "sglang, script",
    command: shell,
    args: ["python3 -m dynamo.sglang --tp 16"],
    calls: (pod) => [["python3", ...sglang, ...sglangFlags(pod), "--tp", "16"]],
  },
  {
    name: "sglang, script with JSON",
    command: ["bash", "-c"],
    args: [`cd / && exec python3 -m dynamo.sglang \\\n  --json '${JSON_VALUE}'\n`],
    calls: (pod) => [["python3", ...sglang, ...sglangFlags(pod), "--json", JSON_VALUE]],
  },
  {
    name: "sglang, script with a backslash after the module",
    command: shell,
    args: ["python3 -m dynamo.sglang\\\n  --tp 16"],
    calls: (pod) => [["python3", ...sglang, ...sglangFlags(pod), "--tp", "16"]],
  },
] satisfies GroupedCase[]).map<CommandCase>((one) => ({ ...one, framework: "sglang", gpus: 8 }));

const rayCases = ([
  {
    name: "ray, python",
    command: ["python3", ...vllm],
    args: ["--model", "Qwen/Qwen3-0.6B", ...SIZE_16],
    calls: rayCalls(["python3", ...vllm, "--model", "Qwen/Qwen3-0.6B", ...SIZE_16, ...RAY]),
  },
  {
    name: "ray, python with JSON",
    command: ["python3"],
    args: [...vllm, ...SIZE_16, "--config", JSON_VALUE],
    calls: rayCalls(["python3", ...vllm, ...SIZE_16, "--config", JSON_VALUE, ...RAY]),
  },
  {
    name: "ray, python with references to variables",
    command: ["python3", ...vllm],
    args: ["--model", "$MODEL_PATH", "--served-model-name=$(MODEL_NAME)", ...SIZE_16],
    env: { MODEL_PATH: "/models/m", MODEL_NAME: "m" },
    calls: rayCalls(
      ["python3", ...vllm, "--model", "/models/m", "--served-model-name=m", ...SIZE_16, ...RAY],
    ),
  },
  {
    name: "ray, several arguments in one element",
    command: ["python3"],
    args: ["-m dynamo.vllm --model m --tensor-parallel-size 16"],
    calls: rayCalls(["python3", ...vllm, "--model", "m", ...SIZE_16, ...RAY]),
  },
  {
    name: "ray, elements in quotes",
    command: ["python3", ...vllm],
    args: [...SIZE_16, "--config", `'${JSON_VALUE}'`],
    calls: rayCalls(["python3", ...vllm, ...SIZE_16, "--config", JSON_VALUE, ...RAY]),
  },
  {
    name: "ray, program",
    command: ["launch", "vllm"],
    args: SIZE_16,
    calls: rayCalls(["launch", "vllm", ...SIZE_16, ...RAY]),
  },
  {
    name: "ray, script",
    command: shell,
    args: ["python3 -m dynamo.vllm --tensor-parallel-size 16"],
    calls: rayCalls(["python3", ...vllm, ...RAY, ...SIZE_16]),
  },
  {
    name: "ray, script with variable and JSON",
    command: ["/bin/bash", "-c"],
    args: [
      `export NAME=m; launch; exec python3 -m dynamo.vllm \\\n  --model $NAME --tensor-parallel-size 16 --config '${JSON_VALUE}'\n`,
    ],
    calls: rayCalls(
      ["python3", ...vllm, ...RAY, "--model", "m", ...SIZE_16, "--config", JSON_VALUE],
      ["launch"],
    ),
  },
] satisfies GroupedCase[]).map<CommandCase>((one) => ({ ...one, framework: "vllm", gpus: 8 }));

const dataParallelCases = ([
  {
    name: "data parallel, python",
    command: ["python3"],
    args: [...vllm, ...DATA_16, "--tensor-parallel-size", "2"],
    calls: (pod) => [
      ["python3", ...vllm, ...DATA_16, "--tensor-parallel-size", "2", ...dataParallelFlags(pod, 2)],
    ],
  },
  {
    name: "data parallel, python with JSON",
    command: ["python3", ...vllm],
    args: [...DATA_16, "--config", JSON_VALUE],
    calls: (pod) => [
      ["python3", ...vllm, ...DATA_16, "--config", JSON_VALUE, ...dataParallelFlags(pod, 4)],
    ],
  },
  {
    name: "data parallel, script",
    command: ["sh", "-c"],
    args: ["launch | wc -l && python3 -m dynamo.vllm --data-parallel-size 16 && ls -al"],
    calls: (pod) => [["launch"], ["python3", ...vllm, ...dataParallelFlags(pod, 4), ...DATA_16]],
  },
  {
    name: "data parallel, script with JSON",
    command: ["/bin/bash", "-c"],
    args: [
      `exec python3 -m dynamo.vllm \\\n  --model /m \\\n  --data-parallel-size 16 \\\n  --config '${JSON_VALUE}'\n`,
    ],
    calls: (pod) => [
      [
        ...["python3", ...vllm, ...dataParallelFlags(pod, 4), "--model", "/m", ...DATA_16],
        ...["--config", JSON_VALUE],
      ],
    ],
  },
] satisfies GroupedCase[]).map<CommandCase>((one) => ({ ...one, framework: "vllm", gpus: 4 }));

const fittingCase: CommandCase = {
  name: "vllm that fits on one node",
  framework: "vllm",
  command: shell,
  args: ["python3 -m dynamo.vllm --tensor-parallel-size 8"],
  gpus: 8,
  calls: () => [["python3", ...vllm, "--tensor-parallel-size", "8"]],
};

const trtllmCases = [
  {
    name: "trtllm, python",
    command: ["python3", ...trtllm],
    args: ["--model-path", "m"],
    program: ["python3", ...trtllm, "--model-path", "m"],
  },
  {
    name: "trtllm, python with JSON",
    command: ["python3", ...trtllm],
    args: ["--config", JSON_VALUE, "--name", "it's"],
    program: ["python3", ...trtllm, "--config", JSON_VALUE, "--name", "it's"],
  },
  {
    name: "trtllm, script",
    command: shell,
    args: ["python3 -m dynamo.trtllm --model-path $MODEL_PATH"],
    program: ["python3", ...trtllm, "--model-path", "/m"],
  },
  {
    name: "trtllm, args",
    command: shell,
    args: ["python3", "-m", "dynamo.trtllm"],
    program: ["python3", ...trtllm],
  },
  {
    name: "trtllm, script with a pipe",
    command: shell,
    args: ["python3 -m dynamo.trtllm 2>&1 | cat"],
    program: ["python3", ...trtllm],
  },
  {
    name: "trtllm, script with quotes",
    command: shell,
    args: [`python3 -m dynamo.trtllm \\\n  --config '${JSON_VALUE}'\n`],
    program: ["python3", ...trtllm, "--config", JSON_VALUE],
  },
  {
    name: "trtllm, script with a command before",
    command: ["/bin/bash", "-c"],
    args: ["launch && python3 -m dynamo.trtllm"],
    program: ["/bin/bash", "-c", "launch && python3 -m dynamo.trtllm"],
    after: [["launch"], ["python3", ...trtllm]],
  },
  {
    name: "trtllm, script with a variable",
    command: shell,
    args: ["NAME='a b' python3 -m dynamo.trtllm"],
    program: ["/bin/sh", "-c", "NAME='a b' python3 -m dynamo.trtllm"],
    after: [["python3", ...trtllm]],
  },
  {
    name: "trtllm, script in the command",
    command: ["bash", "-c", "python3 -m dynamo.trtllm --x 1"],
    args: [],
    program: ["python3", ...trtllm, "--x", "1"],
  },
  {
    name: "trtllm, program",
    command: ["launch"],
    args: ["--x", "1"],
    program: ["launch", "--x", "1"],
  },
].map(({ program, after, ...one }): CommandCase => ({
  ...one,
  framework: "trtllm",
  gpus: 4,
  env: { MODEL_PATH: "/m" },
  calls: (pod) => trtllmCalls(pod, program, after),
}));

/**
 * Home directory in the expected program calls. The tests replace the actual home directory of a container with this
 * path.
 */
export const HOME = "/home/of/container";

function trtllmCalls({ role, hosts, env }: ReplicaPod, program: Call, after: Call[] = []): Call[] {
  const ssh = `${HOME}/.ssh`;
  if (role === "worker") {
    return [
      ...["rsa", "ecdsa", "ed25519"].map((
        type,
      ) => ["ssh-keygen", "-t", type, "-f", `${ssh}/host_keys/ssh_host_${type}_key`, "-N", ""]),
      ["sshd", "-D", "-f", `${ssh}/sshd_config`],
    ];
  }
  const workers = hosts.slice(1);
  return [
    ...("LWS_LEADER_ADDRESS" in env ? workers.map((host) => ["getent", "hosts", host]) : []),
    [
      ...["mpirun", "--allow-run-as-root", "--oversubscribe"],
      ...["-n", `${4 * hosts.length}`, "-H", hosts.join(",")],
      ...["--mca", "pml", "ob1", "--mca", "plm_rsh_args"],
      "-p 2222 -o StrictHostKeyChecking=no -i ~/.ssh/id_rsa",
    ],
    ["trtllm-llmapi-launch", ...program],
    ...(program[0]?.startsWith("/bin/") ? [] : [program]),
    ...after,
  ];
}

export const COMMAND_CASES: readonly CommandCase[] = [
  ...sglangCases,
  ...rayCases,
  ...dataParallelCases,
  fittingCase,
  ...trtllmCases,
];
