// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ServiceSpec } from "../../dynamo/service_input.ts";
import { graphService } from "../../testing/components.ts";
import { platformConfig } from "../../testing/platform_config.ts";
import { podSpec } from "../pod_spec.ts";
import { groveNodes, lwsNodes } from "./replica_nodes.ts";
import { GROVE_LEADER, multinodeContainer, multinodePod } from "../../testing/multinode_pods.ts";

const spec: ServiceSpec = { backendFramework: "trtllm" };
const SETUP = "ls -la /ssh-pk/ && cp /ssh-pk/private.key ~/.ssh/id_rsa && " +
  "cp /ssh-pk/private.key.pub ~/.ssh/id_rsa.pub && " +
  "cp /ssh-pk/private.key.pub ~/.ssh/authorized_keys && " +
  "chmod 600 ~/.ssh/id_rsa ~/.ssh/authorized_keys && " +
  "chmod 644 ~/.ssh/id_rsa.pub ~/.ssh/authorized_keys && " +
  "printf 'Host *\\nIdentityFile ~/.ssh/id_rsa\\nStrictHostKeyChecking no\\nPort 2222\\n' > " +
  "~/.ssh/config";

Deno.test("the leader starts a process for each GPU of the replica by mpirun", () => {
  const service = {
    args: ["python3", "--model", "test"],
    nodes: 3,
    spec: { ...spec, resources: { requests: { gpu: "2" } } },
  };
  const { command, args, env } = multinodeContainer(service, "leader");
  const worker = (index: number) => GROVE_LEADER.replace("ldr-0", `wkr-${index}`);
  assertEquals(command, ["/bin/sh", "-c"]);
  assertEquals(args, [
    `mkdir -p ~/.ssh && ${SETUP} && mpirun --allow-run-as-root --oversubscribe -n 6 -H ` +
    `${GROVE_LEADER},${worker(0)},${worker(1)} --mca pml ob1 --mca plm_rsh_args ` +
    '"-p 2222 -o StrictHostKeyChecking=no -i ~/.ssh/id_rsa" ' +
    "-x CUDA_VISIBLE_DEVICES -x DYN_COMPONENT -x DYN_DISCOVERY_BACKEND -x DYN_HEALTH_CHECK_ENABLED " +
    "-x DYN_NAMESPACE -x DYN_PARENT_DGD_K8S_NAME -x DYN_PARENT_DGD_K8S_NAMESPACE " +
    "-x DYN_SYSTEM_ENABLED -x DYN_SYSTEM_PORT -x DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS " +
    "-x HF_DATASETS_CACHE -x HF_ENDPOINT -x HF_HOME -x HF_TOKEN -x HOME -x HUGGING_FACE_HUB_TOKEN " +
    "-x LD_LIBRARY_PATH -x MODEL_PATH -x NCCL_DEBUG -x NCCL_IB_DISABLE -x NCCL_P2P_DISABLE " +
    "-x OMPI_MCA_orte_keep_fqdn_hostnames -x PATH -x POD_NAME -x POD_NAMESPACE -x POD_UID " +
    "-x PYTHONPATH -x TENSORRT_LLM_CACHE_DIR -x TOKENIZERS_PARALLELISM -x TRANSFORMERS_CACHE " +
    "-x TRTLLM_USE_UCX_KVCACHE -x USER bash -c 'trtllm-llmapi-launch python3 --model test'",
  ]);
  assertEquals(env?.at(-1), { name: "OMPI_MCA_orte_keep_fqdn_hostnames", value: "1" });
});

Deno.test("on a LeaderWorkerSet, the leader waits until the names of the workers resolve", () => {
  const worker = `$(echo "$LWS_LEADER_ADDRESS" | sed 's/\\./-1\\./')`;
  const line = (gpus?: number) => {
    const service = { args: ["python3"], nodes: 2, spec, ...(gpus && { gpus }) };
    return multinodeContainer(service, "leader", lwsNodes).args?.[0] ?? "";
  };
  assertStringIncludes(
    line(1),
    ` && TIMEOUT=300; START_TIME=$(date +%s); for worker in ${worker}; do`,
  );
  assertStringIncludes(line(1), ` -n 2 -H $LWS_LEADER_ADDRESS,${worker} `);
  assertStringIncludes(line(), " -n 0 -H ");
});

Deno.test("a worker runs an SSH server and is ready when it listens", () => {
  const { command, args, livenessProbe, startupProbe, readinessProbe, volumeMounts } =
    multinodeContainer({ args: ["python3"], nodes: 3, spec }, "worker");
  const key = (type: string) => `~/.ssh/host_keys/ssh_host_${type}_key`;
  const newKey = (type: string) => `ssh-keygen -t ${type} -f ${key(type)} -N ''`;
  assertEquals(command, ["/bin/sh", "-c"]);
  assertEquals(args, [
    `mkdir -p ~/.ssh ~/.ssh/host_keys ~/.ssh/run && ${SETUP} && ` +
    `${newKey("rsa")} && ${newKey("ecdsa")} && ${newKey("ed25519")} && ` +
    `printf 'Port 2222\\nHostKey ${key("rsa")}\\nHostKey ${key("ecdsa")}\\nHostKey ${
      key("ed25519")
    }` +
    "\\nPidFile ~/.ssh/run/sshd.pid\\nPermitRootLogin yes\\nPasswordAuthentication no\\n" +
    "PubkeyAuthentication yes\\nAuthorizedKeysFile ~/.ssh/authorized_keys\\n' > " +
    "~/.ssh/sshd_config && /usr/sbin/sshd -D -f ~/.ssh/sshd_config",
  ]);
  assertEquals([livenessProbe, startupProbe], [undefined, undefined]);
  assertEquals(readinessProbe, {
    tcpSocket: { port: 2222 },
    initialDelaySeconds: 20,
    periodSeconds: 20,
    timeoutSeconds: 5,
    failureThreshold: 10,
  });
  assertEquals(volumeMounts?.at(-1), {
    name: "mpi-run-ssh-secret",
    mountPath: "/ssh-pk",
    readOnly: true,
  });
});

Deno.test("both roles mount the SSH key after all other volumes", () => {
  for (const role of ["leader", "worker"] as const) {
    const { volumes } = multinodePod({ args: ["python3"], nodes: 2, spec }, role);
    assertEquals(volumes?.map(({ name }) => name), ["shared-memory", "mpi-run-ssh-secret"]);
    assertEquals(volumes?.at(-1)?.secret, { secretName: "mpi-run-ssh-secret", defaultMode: 420 });
  }
});

Deno.test("a volume of the user keeps its name, and the user's mount of the SSH key is not repeated", () => {
  const withVolume = (volume: Record<string, unknown>) => {
    const extraPodSpec = { volumes: [{ name: "mpi-run-ssh-secret", ...volume }] };
    const pod = multinodePod({ nodes: 2, spec: { ...spec, extraPodSpec } }, "worker");
    return {
      volumes: pod.volumes?.map(({ name }) => name),
      mount: pod.containers[0]?.volumeMounts?.at(-1)?.name,
    };
  };
  assertEquals(withVolume({ secret: { secretName: "mpi-run-ssh-secret" } }), {
    volumes: ["mpi-run-ssh-secret", "shared-memory"],
    mount: "mpi-run-ssh-secret",
  });
  const other = "mpi-run-ssh-secret-a8f9d0a2";
  const { volumes, mount } = withVolume({ emptyDir: {} });
  assertEquals(volumes?.length, 3);
  assertEquals(volumes?.at(-1), mount);
  assertEquals(mount?.length, other.length);
});

Deno.test("the volume of a Secret with dots in its name has a valid name", () => {
  const service = graphService({ ...spec, multinode: { nodeCount: 2 } });
  const config = platformConfig({ mpiSecret: { name: "mpi.key", namespace: "" } });
  const pod = podSpec({ ...service, role: "worker" }, config, [], groveNodes);
  const volume = pod.volumes?.at(-1);
  assertEquals(volume?.secret?.secretName, "mpi.key");
  assertEquals(/^mpi-key-[0-9a-f]{8}$/.test(volume?.name ?? ""), true);
});

Deno.test("the operator's value of the variable for full host names wins", () => {
  const name = "OMPI_MCA_orte_keep_fqdn_hostnames";
  const service = { nodes: 2, spec: { ...spec, envs: [{ name, value: "0" }] } };
  const values = multinodeContainer(service, "leader").env?.filter((one) => one.name === name);
  assertEquals(values, [{ name, value: "1" }]);
});

Deno.test("a request for GPUs counts before the limit", () => {
  const gpus = (resources: NonNullable<ServiceSpec["resources"]>) => {
    const { args } = multinodeContainer({ nodes: 2, spec: { ...spec, resources } }, "leader");
    return /mpirun .* -n (\d+) /.exec(args?.[0] ?? "")?.[1];
  };
  assertEquals(gpus({ limits: { gpu: "4" } }), "8");
  assertEquals(gpus({ requests: { gpu: "2" }, limits: { gpu: "4" } }), "4");
});
