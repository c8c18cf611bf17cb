import { LABELS } from "../../crds/labels.ts";
import { type Secret, secrets } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/problem.ts";
import { nodesOf, type ServiceSpec } from "../dynamo/service_input.ts";
import type { Warning } from "../dynamo/warning.ts";
import { frameworkOf } from "../pod/frameworks/framework.ts";
import type { SshKeyPair } from "./ssh_key_pair.ts";

const MANAGER = "dynamo-operator";
const PRIVATE_KEY = "private.key";
const PUBLIC_KEY = "private.key.pub";

/** The cluster state that the plan of the MPI Secret depends on. */
export interface MpiObserved {
  /**
   * The Secret that the operator copies; undefined if the Secret is absent, or if the settings do not name its
   * namespace.
   */
  readonly source: Secret | undefined;
  /** The copies of the MPI Secret that the parent co-owns. */
  readonly copies: readonly Secret[];
  /** Key pair for a new Secret; undefined if a stored Secret contains a key pair, or if the parent needs none. */
  readonly newKey: SshKeyPair | undefined;
}

/** Returns whether the pods of a component mount the MPI Secret. Only multinode TensorRT-LLM services use it. */
export function usesMpiSecret(spec: ServiceSpec | undefined): boolean {
  if (!spec || nodesOf(spec) <= 1) return false;
  try {
    return frameworkOf(spec) === "trtllm";
  } catch (error) {
    if (error instanceof PlanError) return false;
    throw error;
  }
}

/**
 * Returns the planned Secrets with the SSH key that the pods of the parent need. The operator copies the source Secret
 * into each namespace. All parents in a namespace co-own this copy, and the operator sets its data only when it creates
 * the copy. If neither the source nor a copy exists, the operator creates the source with a new key and without an
 * owner. The operator does not change an existing Secret that lacks the operator's label.
 */
export function mpiSecrets(
  parent: KubeObject,
  { find, source, newKey }: Pick<Observed, "find"> & Pick<MpiObserved, "source" | "newKey">,
  { mpiSecret: { name, namespace: sourceNamespace } }: Pick<PlatformConfig, "mpiSecret">,
): Planned<Secret>[] {
  const { namespace = "" } = parent.metadata;
  const live = find(secrets, name);
  const planned: Planned<Secret>[] = [];
  if (!live && !source && newKey && sourceNamespace) {
    const manifest = { ...manifestOf(name, sourceNamespace), data: dataOf(newKey) };
    planned.push({ resource: secrets, manifest, policy: "create", prerequisite: true });
  }
  const data = live?.data ?? source?.data ?? (newKey && dataOf(newKey));
  if (namespace === sourceNamespace || !data || (live && !isOwnCopy(live))) return planned;
  planned.push({
    resource: secrets,
    manifest: manifestOf(name, namespace, live?.type ?? source?.type),
    policy: "shared",
    coOwners: [parent],
    initially: { data },
    prerequisite: true,
  });
  return planned;
}

/**
 * Returns a warning if the Secret that the pods mount lacks a key. If this Secret does not exist yet, the function
 * checks the Secret that the operator copies.
 */
export function mpiSecretWarnings(
  { find, source }: Pick<Observed, "find"> & Pick<MpiObserved, "source">,
  { mpiSecret }: Pick<PlatformConfig, "mpiSecret">,
): Warning[] {
  const used = find(secrets, mpiSecret.name) ?? source;
  const missing = [PRIVATE_KEY, PUBLIC_KEY].filter((key) => used?.data?.[key] === undefined);
  if (!used || missing.length === 0) return [];
  const name = `${used.metadata.namespace}/${used.metadata.name}`;
  const message = `Secret "${name}" lacks ${missing.join(" and ")}, which the nodes need to ` +
    "connect by SSH: add an SSH key pair, or delete the Secret so that the operator creates it";
  return [{ field: "multinode", message }];
}

function manifestOf(name: string, namespace: string, type = "Opaque"): Secret {
  return {
    apiVersion: secrets.apiVersion,
    kind: secrets.kind,
    metadata: { name, ...(namespace && { namespace }), labels: { [LABELS.managedBy]: MANAGER } },
    type,
  };
}

function dataOf({ privateKey, publicKey }: SshKeyPair): Record<string, string> {
  return { [PRIVATE_KEY]: btoa(privateKey), [PUBLIC_KEY]: btoa(publicKey) };
}

/** Returns whether this operator created a Secret. Secrets of users and of the Go operator lack the label. */
function isOwnCopy({ metadata: { labels } }: Secret): boolean {
  return labels?.[LABELS.managedBy] === MANAGER;
}
