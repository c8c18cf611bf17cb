{{/* The text that Helm prints after an installation. */}}
{{- define "dynamo-operator.notes" -}}
{{- include "dynamo-operator.applyDefaults" . -}}
{{- $restricted := include "dynamo-operator.restrictedNamespace" . -}}
{{- if $restricted -}}
The operator manages only namespace "{{ $restricted }}". Its marker Lease excludes a cluster-wide operator from it:

    kubectl get lease --namespace {{ $restricted }} dynamo-operator-namespace-scope
{{- else -}}
The operator manages all namespaces except those of namespace-scoped operators, which have a marker Lease:

    kubectl get lease -A --field-selector metadata.name=dynamo-operator-namespace-scope
{{- end }}

To check that the operator runs:

    kubectl rollout status --namespace {{ .Release.Namespace }} deployment/{{ include "dynamo-operator.managerName" . }}
{{- if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version }}

NOTICE: Kubernetes {{ .Capabilities.KubeVersion.Version }} is too old: the operator needs 1.30 or later and does not start.
{{- end }}
{{- if not (.Capabilities.APIVersions.Has "nvidia.com/v1alpha1/DynamoGraphDeployment") }}

NOTICE: the CRDs of Dynamo are not installed, so the controllers of the operator are idle. Install them: helm install dynamo-crds ./crds/ --namespace default
{{- end }}
{{- if and .Values.dynamo.istio.enabled (not (.Capabilities.APIVersions.Has "networking.istio.io/v1beta1/VirtualService")) }}

NOTICE: Istio is not installed, so the operator creates no VirtualServices. It creates them when Istio is installed.
{{- end }}
{{- $repository := .Values.controllerManager.manager.image.repository }}
{{- if not (regexMatch "^(localhost|[^/]*[.:][^/]*)/" $repository) }}

NOTICE: the image "{{ include "dynamo-operator.image" . }}" names no registry, so nodes without the image try to pull it from Docker Hub: set "controllerManager.manager.image.repository".
{{- end }}
{{- if and (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1") (not .Values.podMonitor.enabled) }}

NOTICE: nothing scrapes the metrics of the operator: set "podMonitor.enabled" to true. NVIDIA's chart creates a ServiceMonitor, which an upgrade from it deletes.
{{- end }}
{{- with include "dynamo-operator.notices" . | trim }}

{{ . }}
{{- end }}
{{- end -}}
