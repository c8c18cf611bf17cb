import { adminApi } from "./api.ts";
import { type AuditLog, openAuditLog } from "./audit.ts";
import type { ComponentName } from "./control_plane.ts";
import { readJson, type StartedProgram } from "./instance/folder.ts";
import type { InstanceRecord } from "./instance/instance.ts";
import { runKubectl } from "./kubectl.ts";
import {
  createServiceAccount,
  type ServiceAccountAccess,
  type ServiceAccountOptions,
} from "./service_account.ts";

/** A running control plane. */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  /** Folder with `logs`, `pki`, `audit.log` and more. It is removed when the control plane stops. */
  readonly folder: string;
  /** Base address of the API server, such as `https://127.0.0.1:23456`. */
  readonly server: string;
  /** Path of a kubeconfig with the permissions of an administrator. */
  readonly kubeconfig: string;
  /** Audit log, which contains the writes of all clients and the reads by ServiceAccounts. */
  readonly audit: AuditLog;
  /** Returns the path of `kubectl`, or of a component such as `kube-apiserver`. */
  program(name: "kubectl" | ComponentName): string;
  /** Returns the process ID of a component. Throws if the control plane runs without the component. */
  processId(name: ComponentName): Promise<number>;
  /** Runs kubectl as administrator. Returns its standard output; throws an error that contains its standard error. */
  kubectl(args: string[], stdin?: string): Promise<string>;
  /** Creates a ServiceAccount with exactly the given permissions, a token for it, and files with the token. */
  serviceAccount(options: ServiceAccountOptions): Promise<ServiceAccountAccess>;
  /** Stops all processes of the control plane and removes its files. */
  stop(): Promise<void>;
}

/** Returns the `Cluster` for a running control plane. The cluster calls the function `stop` at most once. */
export function clusterOf(record: InstanceRecord, stop: () => Promise<void>): Cluster {
  const { name, folder, server } = record;
  const kubeconfig = `${folder}/admin.kubeconfig`;
  const program = (wanted: string): string => {
    const path = record.programs[wanted];
    if (path !== undefined) return path;
    throw new Error(`Cannot find "${wanted}": the control plane "${name}" does not include it`);
  };
  let stopped: Promise<void> | undefined;
  const stopOnce = () => stopped ??= stop();
  const kubectl = (args: string[], stdin?: string) =>
    runKubectl(program("kubectl"), kubeconfig, args, stdin);
  return {
    name,
    folder,
    server,
    kubeconfig,
    audit: openAuditLog(
      `${folder}/audit.log`,
      () => adminApi(server, folder),
    ),
    program,
    async processId(component) {
      const started = await readJson<StartedProgram[]>(`${folder}/processes.json`);
      const found = started?.find((process) => process.name === component);
      if (found === undefined) throw new Error(`Cannot find "${component}" in "${name}"`);
      return found.pid;
    },
    kubectl,
    serviceAccount: (options) => createServiceAccount({ server, folder, kubectl }, options),
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}
