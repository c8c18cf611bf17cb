/** An identity with a client certificate; `file` is the base name of its `.crt` and `.key`. */
export interface ClientIdentity {
  file: string;
  user: string;
  groups: string[];
}

/** The identities of a control plane, named as in every cluster; kwok has a plain user of its own. */
export const CLIENT_IDENTITIES: readonly ClientIdentity[] = [
  { file: "admin", user: "kubernetes-admin", groups: ["system:masters"] },
  { file: "kube-controller-manager", user: "system:kube-controller-manager", groups: [] },
  { file: "kube-scheduler", user: "system:kube-scheduler", groups: [] },
  { file: "kwok", user: "kwok", groups: [] },
];

const SERVER_NAMES = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

/**
 * Makes the certificates and keys of one control plane in an existing folder: `ca.crt`,
 * `kube-apiserver.crt`, one pair per identity, and `service-account.key` and `.pub`.
 */
export async function createPki(
  program: string,
  directory: string,
  serviceIp: string,
): Promise<void> {
  const child = new Deno.Command(program, {
    args: [directory],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const request = {
    serverNames: SERVER_NAMES,
    serverAddresses: ["127.0.0.1", serviceIp],
    clients: CLIENT_IDENTITIES,
  };
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(JSON.stringify(request)));
  await stdin.close();
  const { success, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
