{{/*
Returns the command that installs a chart which this one does not contain, at the address that the operator uses.
Takes a dict: name, release, namespace.
*/}}
{{- define "dynamo-platform.installCommand" -}}
{{- if eq .name "nats" -}}
helm install {{ .release }}-nats nats --repo https://nats-io.github.io/k8s/helm/charts/ --version 1.3.2 --namespace {{ .namespace }} --set config.jetstream.enabled=true --set config.jetstream.fileStore.pvc.size=10Gi
{{- else if eq .name "etcd" -}}
helm install {{ .release }}-etcd oci://registry-1.docker.io/bitnamicharts/etcd --version 12.0.18 --namespace {{ .namespace }} --set auth.rbac.create=false --set image.repository=bitnamilegacy/etcd --set image.tag=3.5.18-debian-12-r5 --set global.security.allowInsecureImages=true
{{- else if eq .name "grove" -}}
helm install grove oci://ghcr.io/nvidia/grove/grove-charts --version v0.1.0-alpha.3 --namespace grove-system --create-namespace
{{- else if eq .name "kai-scheduler" -}}
helm install kai-scheduler oci://ghcr.io/nvidia/kai-scheduler/kai-scheduler --version v0.9.4 --namespace kai-scheduler --create-namespace
{{- end -}}
{{- end -}}

{{/* Refuses to install charts that this one does not contain. */}}
{{- define "dynamo-platform.refuseNotShipped" -}}
{{- $globals := .Values.global | default dict -}}
{{- range $name := list "nats" "etcd" "grove" "kai-scheduler" -}}
{{- $setting := "" -}}
{{- if (index $.Values $name | default dict).enabled -}}
{{- $setting = printf "%s.enabled" $name -}}
{{- else if kindIs "map" (index $globals $name) -}}
{{- if (index $globals $name).install -}}
{{- $setting = printf "global.%s.install" $name -}}
{{- end -}}
{{- end -}}
{{- if $setting -}}
{{- $command := include "dynamo-platform.installCommand" (dict "name" $name "release" $.Release.Name "namespace" $.Release.Namespace) -}}
{{- printf "Cannot install %q: this chart does not contain it; set %q to false and install it with:\n\n    %s\n" $name $setting $command | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Refuses an upgrade from NVIDIA's chart that would delete its NATS and etcd with their data. The annotation
"helm.sh/resource-policy: keep" prevents the deletion: Helm reads it from the live objects.
*/}}
{{- define "dynamo-platform.refuseToDeleteStores" -}}
{{- if .Release.IsUpgrade -}}
{{- range $name := list "nats" "etcd" -}}
{{- $set := lookup "apps/v1" "StatefulSet" $.Release.Namespace (printf "%s-%s" $.Release.Name $name) -}}
{{- $annotations := ($set.metadata | default dict).annotations | default dict -}}
{{- if and (eq (index $annotations "meta.helm.sh/release-name" | default "") $.Release.Name) (ne (index $annotations "helm.sh/resource-policy" | default "") "keep") -}}
{{- $kinds := "statefulset,deployment,service,configmap,secret,serviceaccount,poddisruptionbudget,networkpolicy,persistentvolumeclaim" -}}
{{- printf "Cannot upgrade release %q: the upgrade would delete %s, which this chart does not contain; annotate its objects so that Helm keeps them, and upgrade again:\n\n    kubectl annotate %s --namespace %s -l app.kubernetes.io/instance=%s,app.kubernetes.io/name=%s helm.sh/resource-policy=keep --overwrite\n" $.Release.Name $name $kinds $.Release.Namespace $.Release.Name $name | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
