{{/* The command line of the operator, one quoted argument per line. */}}
{{- define "dynamo-operator.args" -}}
{{- $restricted := include "dynamo-operator.restrictedNamespace" . -}}
{{- $dynamo := .Values.dynamo -}}
{{- $host := printf "%s.svc.cluster.local" .Release.Namespace -}}
- run
- --metrics-bind-address=:8080
- --health-probe-bind-address=:8081
- --leader-elect=true
- {{ printf "--leader-election-id=%s" (include "dynamo-operator.leaderElectionId" .) | quote }}
- {{ printf "--leader-election-namespace=%s" (include "dynamo-operator.leaderElectionNamespace" .) | quote }}
- {{ printf "--release-name=%s" .Release.Name | quote }}
- {{ printf "--operator-version=%s" (include "dynamo-operator.version" .) | quote }}
- {{ printf "--log-level=%s" .Values.controllerManager.manager.logLevel | quote }}
- {{ printf "--natsAddr=%s" (.Values.natsAddr | default (printf "nats://%s-nats.%s:4222" .Release.Name $host)) | quote }}
- {{ printf "--etcdAddr=%s" (.Values.etcdAddr | default (printf "%s-etcd.%s:2379" .Release.Name $host)) | quote }}
{{- if $restricted }}
- {{ printf "--restrictedNamespace=%s" $restricted | quote }}
- {{ printf "--namespace-scope-lease-duration=%s" .Values.namespaceRestriction.lease.duration | quote }}
- {{ printf "--namespace-scope-lease-renew-interval=%s" .Values.namespaceRestriction.lease.renewInterval | quote }}
{{- else }}
- {{ printf "--planner-cluster-role-name=%s" (include "dynamo-operator.plannerClusterRole" .) | quote }}
- {{ printf "--dgdr-profiling-cluster-role-name=%s" (include "dynamo-operator.profilingClusterRole" .) | quote }}
{{- end }}
{{- with .Values.discoveryBackend }}
- {{ printf "--discovery-backend=%s" . | quote }}
{{- end }}
{{- with .Values.modelExpressURL }}
- {{ printf "--model-express-url=%s" . | quote }}
{{- end }}
{{- with $dynamo.metrics.prometheusEndpoint }}
- {{ printf "--prometheus-endpoint=%s" . | quote }}
{{- end }}
{{- if $dynamo.ingress.enabled }}
{{- with $dynamo.ingress.className }}
- {{ printf "--ingress-controller-class-name=%s" . | quote }}
{{- end }}
{{- with $dynamo.ingress.tlsSecretName }}
- {{ printf "--ingress-controller-tls-secret-name=%s" . | quote }}
{{- end }}
{{- end }}
{{- if $dynamo.istio.enabled }}
- {{ printf "--istio-virtual-service-gateway=%s" $dynamo.istio.gateway | quote }}
{{- end }}
{{- with $dynamo.ingressHostSuffix }}
- {{ printf "--ingress-host-suffix=%s" . | quote }}
{{- end }}
{{- with $dynamo.groveTerminationDelay }}
- {{ printf "--grove-termination-delay=%s" . | quote }}
{{- end }}
{{- with $dynamo.mpiRun.secretName }}
- {{ printf "--mpi-run-ssh-secret-name=%s" . | quote }}
- {{ printf "--mpi-run-ssh-secret-namespace=%s" ($restricted | default $.Release.Namespace) | quote }}
{{- end }}
{{- if not .Values.imagePullSecretDiscovery.enabled }}
- --image-pull-secret-discovery=false
{{- end }}
- {{ printf "--partition-job-image=%s" (.Values.partitionJobs.image | default (include "dynamo-operator.image" .)) | quote }}
{{- $jobPod := .Values.partitionJobs.pod }}
{{- if not $jobPod.imagePullSecrets }}
{{- $jobPod = merge (dict "imagePullSecrets" .Values.imagePullSecrets) $jobPod }}
{{- end }}
{{- $setPod := dict }}
{{- range $name, $value := $jobPod }}
{{- if $value }}{{- $_ := set $setPod $name $value }}{{ end }}
{{- end }}
{{- if $setPod }}
- {{ printf "--partition-job-pod=%s" (toJson $setPod | replace "$" "$$") | quote }}
{{- end }}
{{- range .Values.partitionJobs.tableAllow }}
- {{ printf "--partition-table-allow=%s" . | quote }}
{{- end }}
{{- range .Values.controllerManager.manager.args }}
{{- if not (include "dynamo-operator.isChartFlag" .) }}
- {{ . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Returns "yes" for a flag that the chart sets itself, because ports, probes or roles depend on it or a value sets it; else
an empty text.
*/}}
{{- define "dynamo-operator.isChartFlag" -}}
{{- if regexMatch "^--?(metrics-bind-address|health-probe-bind-address|leader-elect|leader-election-id|leader-election-namespace|restrictedNamespace|restricted-namespace|planner-cluster-role-name|image-pull-secret-discovery|istio-virtual-service-gateway|release-name|operator-version|partition-job-image|mpi-run-ssh-secret-name)(=|$)" . }}yes{{ end -}}
{{- end -}}
