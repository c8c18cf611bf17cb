{{/*
What a values file takes away by "null" is as if it said nothing of it: the default is put back. Each template begins
with this, for none knows which is rendered first. files/defaults.yaml is what values.yaml says.
*/}}
{{- define "dynamo-operator.applyDefaults" -}}
{{- include "dynamo-operator.applyDefaultsFrom" (dict "values" .Values "defaults" (.Files.Get "files/defaults.yaml" | fromYaml)) -}}
{{- end -}}

{{- define "dynamo-operator.applyDefaultsFrom" -}}
{{- $values := .values -}}
{{/* Of those left out here, "null" is how to have none. */}}
{{- range $key, $default := omit .defaults "resources" "containerSecurityContext" "groveTerminationDelay" "tlsSecretName" "secretName" -}}
{{- $found := index $values $key -}}
{{- if and (kindIs "map" $found) (kindIs "map" $default) -}}
{{- include "dynamo-operator.applyDefaultsFrom" (dict "values" $found "defaults" $default) -}}
{{- else if and (kindIs "invalid" $found) (not (kindIs "invalid" $default)) -}}
{{- $_ := set $values $key (deepCopy $default) -}}
{{- end -}}
{{- end -}}
{{- end -}}
