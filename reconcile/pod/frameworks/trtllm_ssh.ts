/**
 * Port of the SSH servers of workers. The servers do not use port 22, because pods may run without root permissions.
 */
export const SSH_PORT = 2222;
/** Folder where the Secret with the SSH key is mounted. */
export const SSH_KEY_PATH = "/ssh-pk";

/** Commands that install the key and the configuration of SSH clients. The leader and the workers run them. */
const KEYS_AND_CONFIG = [
  `ls -la ${SSH_KEY_PATH}/`,
  `cp ${SSH_KEY_PATH}/private.key ~/.ssh/id_rsa`,
  `cp ${SSH_KEY_PATH}/private.key.pub ~/.ssh/id_rsa.pub`,
  `cp ${SSH_KEY_PATH}/private.key.pub ~/.ssh/authorized_keys`,
  "chmod 600 ~/.ssh/id_rsa ~/.ssh/authorized_keys",
  "chmod 644 ~/.ssh/id_rsa.pub ~/.ssh/authorized_keys",
  writeFile("~/.ssh/config", [
    "Host *",
    "IdentityFile ~/.ssh/id_rsa",
    "StrictHostKeyChecking no",
    `Port ${SSH_PORT}`,
  ]),
];

/** Commands that prepare the leader for connections to the workers. */
export const CLIENT_SETUP: readonly string[] = ["mkdir -p ~/.ssh", ...KEYS_AND_CONFIG];

const HOST_KEY_TYPES = ["rsa", "ecdsa", "ed25519"];

/** Returns the line that runs the SSH server of a worker. */
export function runSshServer(): string {
  const hostKey = (type: string) => `~/.ssh/host_keys/ssh_host_${type}_key`;
  return [
    "mkdir -p ~/.ssh ~/.ssh/host_keys ~/.ssh/run",
    ...KEYS_AND_CONFIG,
    ...HOST_KEY_TYPES.map((type) => `ssh-keygen -t ${type} -f ${hostKey(type)} -N ''`),
    writeFile("~/.ssh/sshd_config", [
      `Port ${SSH_PORT}`,
      ...HOST_KEY_TYPES.map((type) => `HostKey ${hostKey(type)}`),
      "PidFile ~/.ssh/run/sshd.pid",
      "PermitRootLogin yes",
      "PasswordAuthentication no",
      "PubkeyAuthentication yes",
      "AuthorizedKeysFile ~/.ssh/authorized_keys",
    ]),
    "/usr/sbin/sshd -D -f ~/.ssh/sshd_config",
  ].join(" && ");
}

function writeFile(path: string, lines: readonly string[]): string {
  return `printf '${lines.map((line) => `${line}\\n`).join("")}' > ${path}`;
}
