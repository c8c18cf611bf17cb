import type { Program } from "./instance/programs.ts";
import type { Toolchain } from "./toolchain/toolchain.ts";

/** Loopback ports of the programs of one control plane. */
export interface Ports {
  etcd: number;
  etcdPeer: number;
  apiServer: number;
}

/** Service CIDR. A /16 is large enough for the thousands of Services of the benchmark. */
const SERVICE_RANGE = "10.96.0.0/16";
/** Address of the Service `kubernetes`: the first address of the service CIDR. */
export const KUBERNETES_SERVICE_IP = "10.96.0.1";
/** Pod CIDR, from which kwok takes the addresses of simulated pods. The default CIDR of kwok has only 254 addresses. */
const POD_RANGE = "10.128.0.1/14";

export type ComponentName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok";

/** Returns the command lines of the programs of a control plane that stores its files in `folder`. */
export function controlPlane(
  toolchain: Toolchain,
  folder: string,
  ports: Ports,
): Record<ComponentName, Program> {
  const pki = `${folder}/pki`;
  const program = (name: ComponentName, args: string[]): Program => {
    const path = toolchain.get(name);
    if (path === undefined) throw new Error(`Cannot run "${name}": it is not in the toolchain`);
    return { name, path, args };
  };
  const etcdUrl = `http://127.0.0.1:${ports.etcd}`;
  const peerUrl = `http://127.0.0.1:${ports.etcdPeer}`;
  const kubeconfigOf = (name: ComponentName) => `${folder}/${name}.kubeconfig`;
  return {
    "etcd": program("etcd", [
      `--data-dir=${folder}/etcd`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // Without fsync, a write takes much less time. The data need not survive a power failure.
      "--unsafe-no-fsync",
      "--quota-backend-bytes=8589934592",
    ]),
    "kube-apiserver": program("kube-apiserver", [
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${ports.apiServer}`,
      `--cert-dir=${pki}`,
      `--client-ca-file=${pki}/ca.crt`,
      `--tls-cert-file=${pki}/kube-apiserver.crt`,
      `--tls-private-key-file=${pki}/kube-apiserver.key`,
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${pki}/service-account.pub`,
      `--service-account-signing-key-file=${pki}/service-account.key`,
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      "--authorization-mode=Node,RBAC",
      // OwnerReferencesPermissionEnforcement: a client that sets blockOwnerDeletion needs permission to update the
      // owner's finalizers, as in OpenShift. ExtendedResourceToleration: a pod that requests an extended resource
      // tolerates a taint with the same name.
      "--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement,ExtendedResourceToleration",
      "--allow-privileged=true",
      // Disables the Endpoints of the Service `kubernetes`, because Endpoints must not contain loopback addresses. No
      // program uses this Service.
      "--endpoint-reconciler-type=none",
      `--audit-policy-file=${folder}/audit-policy.json`,
      `--audit-log-path=${folder}/audit.log`,
      // In blocking mode, the API server writes an entry while it handles the request, not later in batches.
      "--audit-log-mode=blocking",
      // Maximum size of the log in MB. The limit is so high that the API server never rotates the log. A rotation would
      // invalidate the offsets that readers of the log have stored.
      "--audit-log-maxsize=100000",
      "--profiling=false",
    ]),
    "kube-controller-manager": program("kube-controller-manager", [
      ...controllerFlags(kubeconfigOf("kube-controller-manager")),
      "--use-service-account-credentials",
      `--service-account-private-key-file=${pki}/service-account.key`,
      `--root-ca-file=${pki}/ca.crt`,
      // The default of 15 s makes the demo of autoscaling slow.
      "--horizontal-pod-autoscaler-sync-period=2s",
      // With the defaults (20 requests per second, bursts of 30), rollouts of many Deployments take minutes.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ]),
    "kube-scheduler": program("kube-scheduler", [
      ...controllerFlags(kubeconfigOf("kube-scheduler")),
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ]),
    "kwok": program("kwok", [
      `--kubeconfig=${kubeconfigOf("kwok")}`,
      // Without this flag, kwok reads a configuration file in the user's home folder.
      `--config=${folder}/kwok.yaml`,
      "--manage-all-nodes=false",
      "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
      "--node-lease-duration-seconds=40",
      `--cidr=${POD_RANGE}`,
    ]),
  };
}

/**
 * Returns the flags that the controller manager and the scheduler share. They disable leader election and the HTTPS
 * server.
 */
function controllerFlags(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--leader-elect=false",
    "--secure-port=0",
  ];
}

const READS = { verbs: ["get", "list", "watch"] };

/** Audit policy that logs all writes, and the reads by ServiceAccounts outside the namespace kube-system. */
export const AUDIT_POLICY = JSON.stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", ...READS, userGroups: ["system:serviceaccounts:kube-system"] },
    { level: "Metadata", ...READS, userGroups: ["system:serviceaccounts"] },
    { level: "None", ...READS },
    { level: "Metadata" },
  ],
});
