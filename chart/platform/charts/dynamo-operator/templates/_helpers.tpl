{{/* Returns a value as text: YAML reads a name without quotes that looks like a number as a number. Empty if absent. */}}
{{- define "dynamo-operator.text" -}}
{{- if kindIs "float64" . -}}{{ int64 . }}{{- else if not (kindIs "invalid" .) -}}{{ toString . }}{{- end -}}
{{- end -}}

{{- define "dynamo-operator.name" -}}
{{- include "dynamo-operator.text" .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Prefix of the names of all objects. The name of a release may contain dots, those of most objects may not. */}}
{{- define "dynamo-operator.fullname" -}}
{{- $name := include "dynamo-operator.name" . -}}
{{- $usual := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- include "dynamo-operator.text" .Values.fullnameOverride | default $usual | replace "." "-" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of the Service for metrics: at most 63 characters, the first one a letter. */}}
{{- define "dynamo-operator.metricsService" -}}
{{- $fullname := include "dynamo-operator.fullname" . -}}
{{- $name := ternary (printf "dynamo-%s" $fullname) $fullname (regexMatch "^[0-9]" $fullname) -}}
{{ $name | trunc 55 | trimSuffix "-" }}-metrics
{{- end -}}

{{- define "dynamo-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "dynamo-operator.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "dynamo-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "dynamo-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
app.kubernetes.io/part-of: dynamo-operator
{{- end -}}

{{/* Labels of the operator's own objects. */}}
{{- define "dynamo-operator.managerLabels" -}}
{{ include "dynamo-operator.labels" . }}
app.kubernetes.io/component: manager
app.kubernetes.io/created-by: dynamo-operator
control-plane: controller-manager
{{- end -}}

{{/* Selector of the pods. A Deployment cannot change it, so it equals that of NVIDIA's chart, which upgrades rely on. */}}
{{- define "dynamo-operator.podSelector" -}}
control-plane: controller-manager
{{ include "dynamo-operator.selectorLabels" . }}
{{- end -}}

{{/* Name of ServiceAccount and Deployment: at most 63 characters, because names and hostnames of pods begin with it. */}}
{{- define "dynamo-operator.managerName" -}}
{{ include "dynamo-operator.fullname" . | trunc 44 | trimSuffix "-" }}-controller-manager
{{- end -}}

{{- define "dynamo-operator.version" -}}
{{ include "dynamo-operator.text" .Values.controllerManager.manager.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "dynamo-operator.image" -}}
{{ printf "%s:%s" .Values.controllerManager.manager.image.repository (include "dynamo-operator.version" .) }}
{{- end -}}

{{/* The managed namespace of a namespace-scoped operator; empty for a cluster-wide one. */}}
{{- define "dynamo-operator.restrictedNamespace" -}}
{{- if .Values.namespaceRestriction.enabled -}}
{{ include "dynamo-operator.text" .Values.namespaceRestriction.targetNamespace | default .Release.Namespace }}
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

{{/* The namespace of the Role of a namespace-scoped operator; empty for a ClusterRole. */}}
{{- define "dynamo-operator.roleNamespace" -}}
{{- with include "dynamo-operator.restrictedNamespace" . }}
  namespace: {{ . | quote }}
{{- end -}}
{{- end -}}

{{- define "dynamo-operator.plannerClusterRole" -}}
{{ include "dynamo-operator.fullname" . }}-planner
{{- end -}}

{{/* Name of the Secret with the SSH key of multinode TensorRT-LLM services; without a value, the default of the operator. */}}
{{- define "dynamo-operator.mpiSecretName" -}}
{{ include "dynamo-operator.text" .Values.dynamo.mpiRun.secretName | default "mpi-run-ssh-secret" }}
{{- end -}}

{{- define "dynamo-operator.profilingClusterRole" -}}
{{ include "dynamo-operator.fullname" . }}-dgdr-profiling
{{- end -}}

{{/* The operator's ServiceAccount as the subject of a binding. */}}
{{- define "dynamo-operator.subjects" -}}
subjects:
  - kind: ServiceAccount
    name: {{ include "dynamo-operator.managerName" . | quote }}
    namespace: {{ .Release.Namespace | quote }}
{{- end -}}
