/** What kwok needs to play nodes and kubelets; as an own role, for it must not be an administrator. */
export const KWOK_ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "kwok" },
  rules: [
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    {
      apiGroups: [""],
      resources: ["pods"],
      verbs: ["get", "list", "watch", "update", "patch", "delete"],
    },
    { apiGroups: [""], resources: ["nodes/status", "pods/status"], verbs: ["update", "patch"] },
    {
      apiGroups: ["", "events.k8s.io"],
      resources: ["events"],
      verbs: ["create", "update", "patch"],
    },
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      verbs: ["get", "list", "watch", "create", "update", "patch"],
    },
  ],
};

export const KWOK_ROLE_BINDING = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "kwok" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kwok" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "kwok" }],
};
