{{/* What is told after an installation. */}}
{{- define "dynamo-operator.notes" -}}
{{- include "dynamo-operator.applyDefaults" . -}}
{{- $restricted := include "dynamo-operator.restrictedNamespace" . -}}
{{- if $restricted -}}
The operator acts in namespace "{{ $restricted }}" and nowhere else. Its marker keeps a cluster-wide operator away:

    kubectl get lease --namespace {{ $restricted }} dynamo-operator-namespace-scope
{{- else -}}
The operator acts in every namespace but those of restricted operators:

    kubectl get lease -A --field-selector metadata.name=dynamo-operator-namespace-scope
{{- end }}

To see that it is up:

    kubectl rollout status --namespace {{ .Release.Namespace }} deployment/{{ include "dynamo-operator.managerName" . }}
{{- if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version }}

NOTICE: Kubernetes {{ .Capabilities.KubeVersion.Version }} is too old, the operator will not start: it needs 1.30 or later.
{{- end }}
{{- if not (.Capabilities.APIVersions.Has "nvidia.com/v1alpha1/DynamoGraphDeployment") }}

NOTICE: the kinds of Dynamo are not installed, and the operator waits for them: helm install dynamo-crds ./crds/ --namespace default
{{- end }}
{{- with include "dynamo-operator.notices" . | trim }}

{{ . }}
{{- end }}
{{- end -}}
