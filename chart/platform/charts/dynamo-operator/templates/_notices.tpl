{{/* A line for each value that was given and has no effect. */}}
{{- define "dynamo-operator.notices" -}}
{{- $manager := .Values.controllerManager -}}
{{- $dynamo := .Values.dynamo -}}
{{- if hasKey .Values "webhook" }}
NOTICE: "webhook" is ignored: there is no webhook server, the API server validates by the schemas and rules of the CRDs.
{{- end }}
{{- if hasKey $manager "kubeRbacProxy" }}
NOTICE: "controllerManager.kubeRbacProxy" is ignored: metrics are plain HTTP; use "networkPolicy" to say who may scrape.
{{- end }}
{{- if hasKey .Values "upgradeCRD" }}
NOTICE: "upgradeCRD" is ignored: CRDs come by the chart dynamo-crds.
{{- end }}
{{- if hasKey .Values "checkpoint" }}
NOTICE: "checkpoint" is ignored: the operator does not checkpoint pods.
{{- end }}
{{- if ne (.Values.kubernetesClusterDomain | default "cluster.local") "cluster.local" }}
NOTICE: "kubernetesClusterDomain" is ignored, as in NVIDIA's chart: set "natsAddr" and "etcdAddr".
{{- end }}
{{- range $key, $why := dict
  "components" "label a ServiceAccount of the graph's namespace with nvidia.com/dynamo-component-pod=true instead"
  "internalImages" "there is no debug mode"
  "enableRestrictedSecurityContext" "set security contexts in the graph's extraPodSpec"
  "dockerRegistry" "name pull Secrets in \"imagePullSecrets\" and in graphs"
  "virtualServiceSupportsHTTPS" "the operator makes no VirtualServices"
  "istio" "the operator makes no VirtualServices" }}
{{- if hasKey $dynamo $key }}
NOTICE: "dynamo.{{ $key }}" is ignored: {{ $why }}.
{{- end }}
{{- end }}
{{- if hasKey $dynamo.mpiRun "sshKeygen" }}
NOTICE: "dynamo.mpiRun.sshKeygen" is ignored: no hook makes a key; bring the Secret {{ $dynamo.mpiRun.secretName | quote }} if services on several nodes need one.
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
NOTICE: "controllerManager.leaderElection.namespace" is ignored: a restricted operator elects in its own namespace.
{{- end }}
{{- end -}}
