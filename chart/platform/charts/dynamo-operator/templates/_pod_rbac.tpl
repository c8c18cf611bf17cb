{{/*
An account, role and binding for pods in a restricted operator's namespace. The account stays after an uninstallation,
for pods may still run under it; one that is there already, made by a cluster-wide operator for instance, is left
alone. Takes a dict: top, account, role, binding, component, rules.
*/}}
{{- define "dynamo-operator.podServiceAccount" -}}
{{- $top := .top -}}
{{- $namespace := include "dynamo-operator.restrictedNamespace" $top -}}
{{- $found := lookup "v1" "ServiceAccount" $namespace .serviceAccount -}}
{{- $ours := printf "%s/%s" $top.Release.Name $top.Release.Namespace -}}
{{- $foreign := false -}}
{{- if $found -}}
{{- $foreign = ne (include "dynamo-operator.releaseOf" $found) $ours -}}
{{- end -}}
{{- if not $foreign }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .serviceAccount | quote }}
  namespace: {{ $namespace | quote }}
  labels:
    {{- include "dynamo-operator.labels" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .component | quote }}
  annotations:
    helm.sh/resource-policy: keep
---
{{- end }}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .role | quote }}
  namespace: {{ $namespace | quote }}
  labels:
    {{- include "dynamo-operator.labels" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .component | quote }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .binding | quote }}
  namespace: {{ $namespace | quote }}
  labels:
    {{- include "dynamo-operator.labels" $top | nindent 4 }}
    app.kubernetes.io/component: {{ .component | quote }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .role | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ .serviceAccount | quote }}
    namespace: {{ $namespace | quote }}
{{- end -}}

{{/* A ClusterRole that a cluster-wide operator binds accounts of pods to. Takes a dict: top, name, component, rules. */}}
{{- define "dynamo-operator.podClusterRole" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .name | quote }}
  labels:
    {{- include "dynamo-operator.labels" .top | nindent 4 }}
    app.kubernetes.io/component: {{ .component | quote }}
rules:
  {{- .rules | nindent 2 }}
{{- end -}}
