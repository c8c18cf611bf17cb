{{/*
A ServiceAccount, Role and RoleBinding for pods in the namespace of a namespace-scoped operator. The ServiceAccount stays
after an uninstallation, because pods may still use it. An existing one, for example of a cluster-wide operator, is not
changed. Takes a dict: top, serviceAccount, role, binding, component, rules.
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

{{/* A ClusterRole for pods, to which a cluster-wide operator binds their ServiceAccounts. Takes a dict: top, name, component, rules. */}}
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
