import type { KubeObject } from "../../kube/object.ts";
import { NAMESPACE, OPERATOR, operatorLabels } from "./go_names.ts";

/** Annotations and labels of the objects in a Helm hook. `deleteJob` is the delete policy of the hook's Job. */
interface Hook {
  events: string;
  labels: Record<string, string>;
  deleteJob: string;
}

const WEBHOOK = { "app.kubernetes.io/component": "webhook" };
const BEFORE = "before-hook-creation";
const CERTIFICATES: Hook = {
  events: "pre-install,pre-upgrade",
  labels: WEBHOOK,
  deleteJob: BEFORE,
};
const CA_BUNDLE: Hook = {
  events: "post-install,post-upgrade",
  labels: WEBHOOK,
  deleteJob: BEFORE,
};
const SSH_KEY: Hook = {
  events: "pre-install,pre-upgrade",
  labels: {},
  deleteJob: `${BEFORE},hook-succeeded`,
};

/**
 * Returns templates of the hooks in NVIDIA's chart 0.8. The objects of hooks are not part of the release, so an upgrade
 * to another chart does not delete them. The Roles of these templates grant no permissions.
 */
export function goHooks(): KubeObject[] {
  return [
    ...permissions("webhook-cert-gen", CERTIFICATES, "Role"),
    job("webhook-cert-gen-{{ .Release.Revision }}", CERTIFICATES),
    ...permissions("webhook-ca-inject", CA_BUNDLE, "Role"),
    ...permissions("webhook-ca-inject", CA_BUNDLE, "ClusterRole").slice(1),
    job("webhook-ca-inject-{{ .Release.Revision }}", CA_BUNDLE),
    ...permissions("ssh-keygen", SSH_KEY, "Role"),
    job("ssh-keygen", SSH_KEY),
  ];
}

/** Returns a ServiceAccount, a Role or ClusterRole, and its binding. */
function permissions(name: string, hook: Hook, roleKind: "Role" | "ClusterRole"): KubeObject[] {
  const metadata = metadataOf(name, hook, "0", BEFORE);
  const group = "rbac.authorization.k8s.io";
  const role = { apiVersion: `${group}/v1`, kind: roleKind, metadata, rules: [] };
  const binding = {
    apiVersion: `${group}/v1`,
    kind: `${roleKind}Binding`,
    metadata,
    roleRef: { apiGroup: group, kind: roleKind, name: metadata.name },
    subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace: NAMESPACE }],
  };
  return [{ apiVersion: "v1", kind: "ServiceAccount", metadata }, role, binding];
}

/** Returns a Job that completes at once, because it needs no pod. */
function job(name: string, hook: Hook): KubeObject & { spec: unknown } {
  const container = { name: "hook", image: "registry.example/kubectl:latest" };
  const template = { spec: { restartPolicy: "Never", containers: [container] } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadataOf(name, hook, "1", hook.deleteJob),
    spec: { completions: 0, template },
  };
}

function metadataOf(name: string, { events, labels }: Hook, weight: string, deletion: string) {
  return {
    name: `${OPERATOR}-${name}`,
    namespace: NAMESPACE,
    labels: { ...operatorLabels(), ...labels },
    annotations: {
      "helm.sh/hook": events,
      "helm.sh/hook-weight": weight,
      "helm.sh/hook-delete-policy": deletion,
    },
  };
}
