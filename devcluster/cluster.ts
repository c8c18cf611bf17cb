import { type AuditLog, openAuditLog } from "./audit.ts";
import { adminApi } from "./api.ts";
import type { ComponentName } from "./control_plane.ts";
import { readJson, type StartedProgram } from "./instance/folder.ts";
import type { InstanceRecord } from "./instance/record.ts";
import { runKubectl } from "./kubectl.ts";
import {
  createServiceAccount,
  type ServiceAccountAccess,
  type ServiceAccountOptions,
} from "./service_account.ts";

/** A running control plane. */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  /** Its files: `logs`, `pki`, `audit.log` and more. Gone when it ends. */
  readonly folder: string;
  /** Base address of the API server, such as `https://127.0.0.1:23456`. */
  readonly server: string;
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Who changed what so far, and what ServiceAccounts read. */
  readonly audit: AuditLog;
  /** Path of a program it was made of: `kubectl` and the components. */
  program(name: "kubectl" | ComponentName): string;
  /** Process id of a component, for measuring. Throws when it was not started. */
  processId(name: ComponentName): Promise<number>;
  /** Runs kubectl as administrator and returns its standard output. Throws with its standard error. */
  kubectl(args: string[], stdin?: string): Promise<string>;
  /** Creates a ServiceAccount with exactly these rights and files to log in with. */
  serviceAccount(options: ServiceAccountOptions): Promise<ServiceAccountAccess>;
  /** Ends all its processes and removes its files. */
  stop(): Promise<void>;
}

/** Wraps a ready instance; `stop` is how the caller ends it. */
export function clusterOf(record: InstanceRecord, stop: () => Promise<void>): Cluster {
  const { name, folder, server } = record;
  const pkiDirectory = `${folder}/pki`;
  const kubeconfig = `${folder}/admin.kubeconfig`;
  const program = (wanted: string): string => {
    const path = record.programs[wanted];
    if (path === undefined) {
      throw new Error(`Cannot find "${wanted}": "${name}" was made without it`);
    }
    return path;
  };
  let stopped: Promise<void> | undefined;
  const stopOnce = () => stopped ??= stop();
  return {
    name,
    folder,
    server,
    kubeconfig,
    audit: openAuditLog(`${folder}/audit.log`, () => adminApi({ server, pkiDirectory })),
    program,
    async processId(component) {
      const started = await readJson<StartedProgram[]>(`${folder}/processes.json`);
      const found = started?.find((process) => process.name === component);
      if (found === undefined) throw new Error(`Cannot find "${component}" in "${name}"`);
      return found.pid;
    },
    kubectl: (args, stdin) => runKubectl(program("kubectl"), kubeconfig, args, stdin),
    async serviceAccount(options) {
      using api = await adminApi({ server, pkiDirectory });
      return await createServiceAccount(api, { ...options, server, folder });
    },
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}
