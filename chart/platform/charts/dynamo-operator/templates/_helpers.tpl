{{- define "dynamo-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What the names of all objects begin with. */}}
{{- define "dynamo-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "dynamo-operator.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "dynamo-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "dynamo-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "dynamo-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "dynamo-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: dynamo-operator
{{- end -}}

{{/* Labels of the operator's own objects. */}}
{{- define "dynamo-operator.managerLabels" -}}
{{ include "dynamo-operator.labels" . }}
app.kubernetes.io/component: manager
app.kubernetes.io/created-by: dynamo-operator
control-plane: controller-manager
{{- end -}}

{{/* Immutable in a Deployment, so they are those of NVIDIA's chart: a release can be upgraded from there. */}}
{{- define "dynamo-operator.podSelector" -}}
control-plane: controller-manager
{{ include "dynamo-operator.selectorLabels" . }}
{{- end -}}

{{/* Of account and Deployment; at most 63 characters, for pods and their hostnames begin with it. */}}
{{- define "dynamo-operator.account" -}}
{{ include "dynamo-operator.fullname" . | trunc 44 | trimSuffix "-" }}-controller-manager
{{- end -}}

{{- define "dynamo-operator.version" -}}
{{ .Values.controllerManager.manager.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "dynamo-operator.image" -}}
{{ printf "%s:%s" .Values.controllerManager.manager.image.repository (include "dynamo-operator.version" .) }}
{{- end -}}

{{/* The only namespace to act in; empty cluster-wide. */}}
{{- define "dynamo-operator.restrictedNamespace" -}}
{{- if .Values.namespaceRestriction.enabled -}}
{{ .Values.namespaceRestriction.targetNamespace | default .Release.Namespace }}
{{- end -}}
{{- end -}}

{{- define "dynamo-operator.leaderElectionId" -}}
{{ .Values.controllerManager.leaderElection.id | default "dynamo.nvidia.com" }}
{{- end -}}

{{- define "dynamo-operator.leaderElectionNamespace" -}}
{{- if .Values.namespaceRestriction.enabled -}}
{{ include "dynamo-operator.restrictedNamespace" . }}
{{- else -}}
{{ .Values.controllerManager.leaderElection.namespace | default "kube-system" }}
{{- end -}}
{{- end -}}

{{/* Where namespaced rights apply; nothing for cluster-wide ones. */}}
{{- define "dynamo-operator.roleNamespace" -}}
{{- with include "dynamo-operator.restrictedNamespace" . }}
  namespace: {{ . }}
{{- end -}}
{{- end -}}

{{- define "dynamo-operator.plannerClusterRole" -}}
{{ include "dynamo-operator.fullname" . }}-planner
{{- end -}}

{{- define "dynamo-operator.profilingClusterRole" -}}
{{ include "dynamo-operator.fullname" . }}-dgdr-profiling
{{- end -}}

{{/* The operator's account as subject of a binding. */}}
{{- define "dynamo-operator.subjects" -}}
subjects:
  - kind: ServiceAccount
    name: {{ include "dynamo-operator.account" . }}
    namespace: {{ .Release.Namespace }}
{{- end -}}
