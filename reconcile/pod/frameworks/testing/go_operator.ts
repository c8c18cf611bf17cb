import type { V1Container } from "@kubernetes/client-node";
import type { ServiceInput } from "../../../dynamo/service_input.ts";

/**
 * Shell expressions that the Go operator 0.8 uses for the host names and the rank of multinode pods on one
 * orchestrator.
 */
export interface GoNodes {
  leader: string;
  workers(nodes: number): string[];
  rank: string;
  waitsForDns: boolean;
}

const group = "$(GROVE_PCSG_NAME)-$(GROVE_PCSG_INDEX)-worker";

/** Shell expressions of the Go operator 0.8 for the pods of a service `Worker`, keyed by orchestrator. */
export const GO_NODES: Readonly<Record<"lws" | "grove", GoNodes>> = {
  lws: {
    leader: "$LWS_LEADER_ADDRESS",
    workers: (nodes) =>
      Array.from(
        { length: nodes - 1 },
        (_, index) => `$(echo "$LWS_LEADER_ADDRESS" | sed 's/\\./-${index + 1}\\./')`,
      ),
    rank: "$(LWS_WORKER_INDEX)",
    waitsForDns: true,
  },
  grove: {
    leader: `${group}-ldr-0.$(GROVE_HEADLESS_SERVICE)`,
    workers: (nodes) =>
      Array.from(
        { length: nodes - 1 },
        (_, index) => `${group}-wkr-${index}.$(GROVE_HEADLESS_SERVICE)`,
      ),
    rank: "$((GROVE_PCLQ_POD_INDEX + 1))",
    waitsForDns: false,
  },
};

export interface GoPod {
  framework: "sglang" | "vllm" | "trtllm";
  service: ServiceInput;
  nodes: GoNodes;
}

/**
 * Returns the command that the Go operator 0.8 renders for a multinode pod from the user's command. The Go operator
 * joins elements with spaces and does not quote them.
 */
export function goCommand(
  container: V1Container,
  pod: GoPod,
): { command: string[]; args: string[] } {
  const { command = [], args = [] } = container;
  const unchanged = { command, args };
  const isPython = /^(.*\/)?(python\d*(\.\d+)*)$/.test(command[0] ?? "");
  const line = [...command, ...args].join(" ");
  const { framework, nodes, service: { role, nodes: count, spec } } = pod;
  const isLeader = role === "leader";
  if (framework === "sglang") {
    return injected(
      `--dist-init-addr ${nodes.leader}:29500 --nnodes ${count} --node-rank ${
        isLeader ? "0" : nodes.rank
      }`,
    );
  }
  const gpus = Number(spec.resources?.limits?.gpu ?? 0);
  if (framework === "trtllm") {
    const program = isPython ? line : args.length > 0 ? args.join(" ") : command.join(" ");
    return shell(isLeader ? leaderOfTrtllm(program, gpus * count) : workerOfTrtllm());
  }
  const words = args.flatMap((arg) => arg.split(/\s+/));
  const size = (flag: string) => Number(words[words.indexOf(flag) + 1] || 1);
  const has = (flag: string) => words.includes(flag) ? size(flag) : 1;
  const world = has("--tensor-parallel-size") * has("--pipeline-parallel-size");
  if (world > gpus) {
    return shell(
      isLeader
        ? `ray start --head --port=6379 && ${line} --distributed-executor-backend ray`
        : `ray start --address=${nodes.leader}:6379 --block`,
    );
  }
  if (world * has("--data-parallel-size") <= gpus) return unchanged;
  const local = gpus / world;
  const start = isLeader ? "0" : `$(( ${local} * ${nodes.rank} ))`;
  return injected(
    `--data-parallel-hybrid-lb --data-parallel-size-local ${local} --data-parallel-start-rank ` +
      `${start} --data-parallel-address ${nodes.leader} --data-parallel-rpc-port 13445`,
  );

  function shell(text: string) {
    return { command: ["/bin/sh", "-c"], args: [text] };
  }

  function injected(flags: string) {
    if (isPython && isLeader) return { command, args: [...args, ...splitFlags(flags)] };
    if (isPython) return { command: ["sh", "-c"], args: [`exec ${line} ${flags}`] };
    const call = new RegExp(`(python[0-9.]*\\s+[^|&;]*${framework}[^|&;]*?)(\\s|$|[|&;])`, "g");
    const changed = args.map((arg) => arg.replaceAll(call, (_, a, b) => `${a} ${flags}${b}`));
    const first = changed.findIndex((arg, index) => arg !== args[index]);
    return { command, args: first < 0 ? args : args.with(first, changed[first] ?? "") };
  }

  function leaderOfTrtllm(program: string, processes: number): string {
    const workers = nodes.workers(count);
    const names = new Set([...FORWARDED.split(" "), ...(container.env ?? []).map((e) => e.name)]);
    return [
      "mkdir -p ~/.ssh",
      SSH_SETUP,
      ...(nodes.waitsForDns ? [DNS_WAIT.replace("HOSTS", () => workers.join(" "))] : []),
      `mpirun --allow-run-as-root --oversubscribe -n ${processes} -H ` +
      `${[nodes.leader, ...workers].join(",")} --mca pml ob1 --mca plm_rsh_args ` +
      `"-p 2222 -o StrictHostKeyChecking=no -i ~/.ssh/id_rsa" ` +
      `${[...names].sort().map((name) => `-x ${name}`).join(" ")} ` +
      `bash -c 'trtllm-llmapi-launch ${program}'`,
    ].join(" && ");
  }
}

function splitFlags(flags: string): string[] {
  return flags.split(/\s+/);
}

function workerOfTrtllm(): string {
  return `mkdir -p ~/.ssh ~/.ssh/host_keys ~/.ssh/run && ${SSH_SETUP} && ${SSH_SERVER}`;
}

const SSH_SETUP =
  "ls -la /ssh-pk/ && cp /ssh-pk/private.key ~/.ssh/id_rsa && cp /ssh-pk/private.key.pub ~/.ssh/id_rsa.pub && cp /ssh-pk/private.key.pub ~/.ssh/authorized_keys && chmod 600 ~/.ssh/id_rsa ~/.ssh/authorized_keys && chmod 644 ~/.ssh/id_rsa.pub ~/.ssh/authorized_keys && printf 'Host *\\nIdentityFile ~/.ssh/id_rsa\\nStrictHostKeyChecking no\\nPort 2222\\n' > ~/.ssh/config";

const SSH_SERVER =
  "ssh-keygen -t rsa -f ~/.ssh/host_keys/ssh_host_rsa_key -N '' && ssh-keygen -t ecdsa -f ~/.ssh/host_keys/ssh_host_ecdsa_key -N '' && ssh-keygen -t ed25519 -f ~/.ssh/host_keys/ssh_host_ed25519_key -N '' && printf 'Port 2222\\nHostKey ~/.ssh/host_keys/ssh_host_rsa_key\\nHostKey ~/.ssh/host_keys/ssh_host_ecdsa_key\\nHostKey ~/.ssh/host_keys/ssh_host_ed25519_key\\nPidFile ~/.ssh/run/sshd.pid\\nPermitRootLogin yes\\nPasswordAuthentication no\\nPubkeyAuthentication yes\\nAuthorizedKeysFile ~/.ssh/authorized_keys\\n' > ~/.ssh/sshd_config && /usr/sbin/sshd -D -f ~/.ssh/sshd_config";

const DNS_WAIT =
  'TIMEOUT=300; START_TIME=$(date +%s); for worker in HOSTS; do echo "Waiting for DNS: $worker"; until getent hosts $worker >/dev/null 2>&1; do CURRENT_TIME=$(date +%s); if [ $((CURRENT_TIME - START_TIME)) -gt $TIMEOUT ]; then echo "ERROR: Timeout waiting for DNS: $worker"; exit 1; fi; echo "DNS not ready for $worker, retrying..."; sleep 2; done; echo "✓ DNS resolved: $worker"; done; echo "All workers DNS ready"';

const FORWARDED =
  "CUDA_VISIBLE_DEVICES HF_DATASETS_CACHE HF_ENDPOINT HF_HOME HF_TOKEN HOME HUGGING_FACE_HUB_TOKEN LD_LIBRARY_PATH MODEL_PATH NCCL_DEBUG NCCL_IB_DISABLE NCCL_P2P_DISABLE PATH PYTHONPATH TENSORRT_LLM_CACHE_DIR TOKENIZERS_PARALLELISM TRANSFORMERS_CACHE TRTLLM_USE_UCX_KVCACHE USER";
