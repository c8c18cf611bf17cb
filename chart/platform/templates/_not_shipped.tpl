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
Returns the objects of a chart in NVIDIA's release, such as "nats", that an upgrade would delete: those without the
annotation "helm.sh/resource-policy: keep", which Helm reads from the live objects. Takes a dict: release, name, kinds.
*/}}
{{- define "dynamo-platform.objectsToDelete" -}}
{{- $found := list -}}
{{- range $kind, $apiVersion := .kinds -}}
{{- range (lookup $apiVersion $kind $.release.Namespace "").items -}}
{{- $labels := .metadata.labels | default dict -}}
{{- $annotations := .metadata.annotations | default dict -}}
{{- $inRelease := eq (index $annotations "meta.helm.sh/release-name" | default "") $.release.Name -}}
{{- $kept := eq (index $annotations "helm.sh/resource-policy" | default "") "keep" -}}
{{- if and $inRelease (not $kept) (eq (index $labels "app.kubernetes.io/name" | default "") $.name) -}}
{{- $found = append $found (printf "%s/%s" (lower $kind) .metadata.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- join ", " $found -}}
{{- end -}}

{{/*
Refuses an upgrade from NVIDIA's chart that would delete NATS or etcd. Every object must be annotated, because a
StatefulSet needs its Service and configuration. The template lists other kinds only if the StatefulSet exists, because
the user of a new release may lack the permission.
*/}}
{{- define "dynamo-platform.refuseToDeleteStores" -}}
{{- if .Release.IsUpgrade -}}
{{- $kinds := dict "StatefulSet" "apps/v1" "Deployment" "apps/v1" "Service" "v1" "ConfigMap" "v1" "Secret" "v1" "ServiceAccount" "v1" "PersistentVolumeClaim" "v1" "PodDisruptionBudget" "policy/v1" "NetworkPolicy" "networking.k8s.io/v1" -}}
{{- range $name := list "nats" "etcd" -}}
{{- if lookup "apps/v1" "StatefulSet" $.Release.Namespace (printf "%s-%s" $.Release.Name $name) -}}
{{- with include "dynamo-platform.objectsToDelete" (dict "release" $.Release "name" $name "kinds" $kinds) -}}
{{- $annotated := keys $kinds | sortAlpha | join "," | lower -}}
{{- printf "Cannot upgrade release %q: the upgrade would delete %s (%s), which this chart does not contain; annotate its objects so that Helm keeps them, and upgrade again:\n\n    kubectl annotate %s --namespace %s -l app.kubernetes.io/instance=%s,app.kubernetes.io/name=%s helm.sh/resource-policy=keep --overwrite\n" $.Release.Name $name . $annotated $.Release.Namespace $.Release.Name $name | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
