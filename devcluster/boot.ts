import { adminApi, type Api } from "./api.ts";
import {
  AUDIT_POLICY,
  type ComponentName,
  controlPlane,
  KUBERNETES_SERVICE_IP,
} from "./control_plane.ts";
import type { InstanceRecord } from "./instance/instance.ts";
import { pickPorts } from "./instance/ports.ts";
import type { Programs } from "./instance/programs.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { KWOK_CONFIGURATION, KWOK_ROLE, KWOK_ROLE_BINDING, simulatedNode } from "./kwok.ts";
import { CLIENT_IDENTITIES, createPki } from "./pki.ts";
import type { Toolchain } from "./toolchain/toolchain.ts";
import { until } from "./until.ts";

// Timeout of each step of the boot, long enough for a busy machine. If a program exits, the boot fails at once.
const STEP_TIMEOUT_MS = 120_000;
const RBAC = "/apis/rbac.authorization.k8s.io/v1";

export interface BootOptions {
  name: string;
  /** Folder that `reserveName` has created for the control plane. */
  folder: string;
  toolchain: Toolchain;
  /** Number of simulated nodes. */
  nodes: number;
  /** Whether to start the controller manager, the scheduler and kwok in addition to etcd and the API server. */
  controllers: boolean;
  /** Whether the control plane outlives this process. */
  detached: boolean;
  /** Called when the API server is ready, before the controllers start. */
  beforeControllers(record: InstanceRecord): Promise<void>;
}

/**
 * Starts the programs of a control plane. Returns when the API server and every node are ready and pods can be created.
 * Throws if one of the programs fails.
 */
export async function boot(running: Programs, options: BootOptions): Promise<InstanceRecord> {
  const { name, folder, toolchain, detached } = options;
  const [etcd = 0, etcdPeer = 0, apiServer = 0] = pickPorts(3);
  const server = `https://127.0.0.1:${apiServer}`;
  const record = { name, folder, server, detached, programs: Object.fromEntries(toolchain) };
  const programs = controlPlane(toolchain, folder, { etcd, etcdPeer, apiServer });
  const start = (component: ComponentName) => running.start(programs[component]);

  await writeFiles(record);
  await start("etcd");
  await start("kube-apiserver");
  using api = await adminApi(server, folder);
  const ready = async () => {
    await apiServerReady(api);
    await options.beforeControllers(record);
    if (!options.controllers) return;
    await api.ensure(`${RBAC}/clusterroles`, KWOK_ROLE);
    await api.ensure(`${RBAC}/clusterrolebindings`, KWOK_ROLE_BINDING);
    for (const component of ["kube-controller-manager", "kube-scheduler", "kwok"] as const) {
      await start(component);
    }
    await nodesReady(api, options.nodes);
    await defaultServiceAccountReady(api);
  };
  await Promise.race([ready(), running.failure]);
  return record;
}

async function writeFiles({ name, folder, server, programs }: InstanceRecord): Promise<void> {
  const pki = `${folder}/pki`;
  await Deno.mkdir(pki);
  await createPki(programs.pki ?? "pki", pki, KUBERNETES_SERVICE_IP);
  await Deno.writeTextFile(`${folder}/audit-policy.json`, AUDIT_POLICY);
  await Deno.writeTextFile(`${folder}/kwok.yaml`, KWOK_CONFIGURATION);
  const ca = await Deno.readTextFile(`${pki}/ca.crt`);
  const cluster = { server, "certificate-authority-data": btoa(ca) };
  for (const { file, user } of CLIENT_IDENTITIES) {
    const credentials = {
      certificate: await Deno.readTextFile(`${pki}/${file}.crt`),
      key: await Deno.readTextFile(`${pki}/${file}.key`),
    };
    const text = kubeconfig({ name: `devcluster-${name}`, cluster, user, credentials });
    await Deno.writeTextFile(`${folder}/${file}.kubeconfig`, text, { mode: 0o600 });
  }
}

async function apiServerReady(api: Api): Promise<void> {
  await until("the API server to be ready", STEP_TIMEOUT_MS, async () => {
    try {
      return await api.probe("/readyz") ? true : undefined;
    } catch (error) {
      // Deno throws a TypeError if the connection fails, for example because the API server is not listening yet.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  });
}

interface Node {
  spec: { taints?: unknown[] };
  status: { conditions?: { type: string; status: string }[] };
}

async function nodesReady(api: Api, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await api.ensure("/api/v1/nodes", simulatedNode(`node-${i}`));
  await until(`${count} nodes to be ready`, STEP_TIMEOUT_MS, async () => {
    const { items } = await api.request<{ items: Node[] }>("GET", "/api/v1/nodes");
    const ready = items.filter(({ spec, status }) =>
      // The not-ready taint keeps pods off the node. Kubernetes removes it shortly after condition Ready becomes true.
      (spec.taints ?? []).length === 0 &&
      status.conditions?.some(({ type, status }) => type === "Ready" && status === "True")
    );
    return ready.length >= count ? true : undefined;
  });
}

/** Waits until the default ServiceAccount exists. Without it, the API server refuses to create pods. */
async function defaultServiceAccountReady(api: Api): Promise<void> {
  const path = "/api/v1/namespaces/default/serviceaccounts/default";
  await until(
    "the default ServiceAccount",
    STEP_TIMEOUT_MS,
    async () => await api.probe(path) ? true : undefined,
  );
}
