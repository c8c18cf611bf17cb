{{/* One line for each value of the user without an effect. */}}
{{- define "dynamo-operator.notices" -}}
{{- $manager := .Values.controllerManager -}}
{{- $dynamo := .Values.dynamo -}}
{{- if hasKey .Values "webhook" }}
NOTICE: "webhook" is ignored: the operator runs no webhook server, because the API server validates by the schemas and rules of the CRDs.
{{- end }}
{{- if hasKey $manager "kubeRbacProxy" }}
NOTICE: "controllerManager.kubeRbacProxy" is ignored: metrics are plain HTTP; use "networkPolicy" to restrict the clients that may scrape them.
{{- end }}
{{- if hasKey .Values "upgradeCRD" }}
NOTICE: "upgradeCRD" is ignored: the chart dynamo-crds contains the CRDs.
{{- end }}
{{- if hasKey .Values "checkpoint" }}
NOTICE: "checkpoint" is ignored: the operator does not checkpoint pods.
{{- end }}
{{- if ne (.Values.kubernetesClusterDomain | default "cluster.local") "cluster.local" }}
NOTICE: "kubernetesClusterDomain" is ignored, as in NVIDIA's chart: set "natsAddr" and "etcdAddr".
{{- end }}
{{- range $key, $reason := dict
  "components" "label a ServiceAccount of the graph's namespace with nvidia.com/dynamo-component-pod=true instead"
  "internalImages" "the operator has no debug modes"
  "enableRestrictedSecurityContext" "set security contexts in the graph's extraPodSpec"
  "dockerRegistry" "name pull Secrets in \"imagePullSecrets\" and in graphs"
  "virtualServiceSupportsHTTPS" "the Istio gateway determines whether it serves HTTPS" }}
{{- if hasKey $dynamo $key }}
NOTICE: "dynamo.{{ $key }}" is ignored: {{ $reason }}.
{{- end }}
{{- end }}
{{- if hasKey $dynamo.mpiRun "sshKeygen" }}
NOTICE: "dynamo.mpiRun.sshKeygen" is ignored: the operator generates the key of the Secret {{ include "dynamo-operator.mpiSecretName" . | quote }} when a graph needs it.
{{- end }}
{{- range .Values.metricsService.ports }}
{{- if eq (.targetPort | default "" | toString) "https" }}
NOTICE: port {{ .port }} of "metricsService" is plain HTTP, not HTTPS.
{{- end }}
{{- end }}
{{- range $manager.manager.args }}
{{- if include "dynamo-operator.isChartFlag" . }}
NOTICE: {{ . | quote }} of "controllerManager.manager.args" is ignored: the chart sets that flag itself.
{{- end }}
{{- end }}
{{- if and .Values.namespaceRestriction.enabled $manager.leaderElection.namespace }}
NOTICE: "controllerManager.leaderElection.namespace" is ignored: a namespace-scoped operator has its leader Lease in the managed namespace.
{{- end }}
{{- end -}}
