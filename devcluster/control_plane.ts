import type { Program } from "./instance/program.ts";
import type { Toolchain } from "./toolchain/toolchain.ts";

/** Where one control plane lives; paths are absolute. */
export interface Layout {
  folder: string;
  pki: string;
  auditPolicy: string;
  auditLog: string;
  ports: { etcd: number; etcdPeer: number; apiServer: number };
}

/** Addresses of Services; a /16 has room for the benchmark's thousands. */
export const SERVICE_RANGE = "10.96.0.0/16";
/** The first address of the range is the Service `kubernetes`. */
export const KUBERNETES_SERVICE_IP = "10.96.0.1";
/** Addresses of pods; kwok's own default has room for 254. */
const POD_RANGE = "10.128.0.1/14";

export type ComponentName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok";

/** The command line of each program of a control plane. */
export function controlPlane(toolchain: Toolchain, layout: Layout): Record<ComponentName, Program> {
  const { folder, pki, ports } = layout;
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
      // The data need not survive a power cut; waiting for the disk would dominate every write.
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
      // As on OpenShift: who makes an object that holds its owner back needs a right on the owner. And pods that ask for a
      // slot of an agent's node go there, and no others.
      "--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement,ExtendedResourceToleration",
      "--allow-privileged=true",
      // Endpoints must not be loopback addresses, and nothing here uses the Service `kubernetes`.
      "--endpoint-reconciler-type=none",
      `--audit-policy-file=${layout.auditPolicy}`,
      `--audit-log-path=${layout.auditLog}`,
      // Written before the request ends, so that who saw the answer finds the entry.
      "--audit-log-mode=blocking",
      // In one file from the beginning to the end: who reads it remembers places in it.
      "--audit-log-maxsize=100000",
      "--profiling=false",
    ]),
    "kube-controller-manager": program("kube-controller-manager", [
      ...withoutServing(kubeconfigOf("kube-controller-manager")),
      "--use-service-account-credentials",
      `--service-account-private-key-file=${pki}/service-account.key`,
      `--root-ca-file=${pki}/ca.crt`,
      // The defaults (20 and 30) would make roll-outs of hundreds of Deployments take minutes.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ]),
    "kube-scheduler": program("kube-scheduler", [
      ...withoutServing(kubeconfigOf("kube-scheduler")),
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ]),
    "kwok": program("kwok", [
      `--kubeconfig=${kubeconfigOf("kwok")}`,
      // An own file, because kwok reads the one in the user's home folder otherwise.
      `--config=${folder}/kwok.yaml`,
      "--manage-all-nodes=false",
      "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
      "--node-lease-duration-seconds=40",
      `--cidr=${POD_RANGE}`,
    ]),
  };
}

/** Flags of a controller that has no standby and serves nothing. */
function withoutServing(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--leader-elect=false",
    "--secure-port=0",
  ];
}

const READS = { verbs: ["get", "list", "watch"] };

/** Records who changed what, and what ServiceAccounts read, but for those of Kubernetes' own controllers. */
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

/** kwok without own stages plays its built-in ones for nodes and pods. */
export const KWOK_CONFIGURATION = JSON.stringify({
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
});
