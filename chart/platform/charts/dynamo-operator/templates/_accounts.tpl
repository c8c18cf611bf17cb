{{/*
An account, role and binding for pods in a restricted operator's namespace. The account stays after an uninstallation,
for pods may still run under it; one that is there already, made by a cluster-wide operator for instance, is left
alone. Takes a dict: top, account, role, binding, component, rules.
*/}}
{{- define "dynamo-operator.podAccess" -}}
{{- $top := .top -}}
{{- $namespace := include "dynamo-operator.restrictedNamespace" $top -}}
{{- $found := lookup "v1" "ServiceAccount" $namespace .account -}}
{{- $ours := printf "%s/%s" $top.Release.Name $top.Release.Namespace -}}
{{- $foreign := false -}}
{{- if $found -}}
{{- $foreign = ne (include "dynamo-operator.releaseOf" $found) $ours -}}
{{- end -}}
{{- if not $foreign }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .account }}
  namespace: {{ $namespace }}
  labels:
    {{- include "dynamo-operator.labels" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
  annotations:
    helm.sh/resource-policy: keep
---
{{- end }}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .role }}
  namespace: {{ $namespace }}
  labels:
    {{- include "dynamo-operator.labels" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .binding }}
  namespace: {{ $namespace }}
  labels:
    {{- include "dynamo-operator.labels" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .role }}
subjects:
  - kind: ServiceAccount
    name: {{ .account }}
    namespace: {{ $namespace }}
{{- end -}}

{{/* A ClusterRole that a cluster-wide operator binds accounts of pods to. Takes a dict: top, name, component, rules. */}}
{{- define "dynamo-operator.podClusterRole" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .name }}
  labels:
    {{- include "dynamo-operator.labels" .top | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
rules:
  {{- .rules | nindent 2 }}
{{- end -}}
