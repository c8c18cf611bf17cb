import { runProgram } from "./run_program.ts";

/**
 * Subjects of the client certificates. Kubernetes has built-in permissions for each subject except the user `kwok`.
 * `file` is the base name of the `.crt` and `.key` files.
 */
export const CLIENT_IDENTITIES = [
  { file: "admin", user: "kubernetes-admin", groups: ["system:masters"] },
  { file: "kube-controller-manager", user: "system:kube-controller-manager", groups: [] },
  { file: "kube-scheduler", user: "system:kube-scheduler", groups: [] },
  { file: "kwok", user: "kwok", groups: [] },
] as const;

const SERVER_NAMES = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

/**
 * Creates the certificates and keys of one control plane in an existing folder: `ca.crt`, `kube-apiserver.crt`, a
 * certificate with its key for each client, and `service-account.key` with `service-account.pub`.
 */
export async function createPki(
  program: string,
  directory: string,
  serviceIp: string,
): Promise<void> {
  const request = {
    serverNames: SERVER_NAMES,
    serverAddresses: ["127.0.0.1", serviceIp],
    clients: CLIENT_IDENTITIES,
  };
  await runProgram(program, { args: [directory], stdin: JSON.stringify(request) });
}
