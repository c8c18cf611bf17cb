{{/*
Replaces values that are null by their defaults, as if the values file omitted them. Every template starts with this,
because the order of rendering is not defined. files/defaults.yaml is a copy of values.yaml.
*/}}
{{- define "dynamo-operator.applyDefaults" -}}
{{- include "dynamo-operator.applyDefaultsFrom" (dict "values" .Values "defaults" (.Files.Get "files/defaults.yaml" | fromYaml)) -}}
{{- end -}}

{{- define "dynamo-operator.applyDefaultsFrom" -}}
{{- $values := .values -}}
{{/* For the keys that "omit" excludes, null is a value: it removes the setting. */}}
{{- range $key, $default := omit .defaults "resources" "containerSecurityContext" "groveTerminationDelay" "tlsSecretName" "secretName" -}}
{{- $found := index $values $key -}}
{{- if and (kindIs "map" $found) (kindIs "map" $default) -}}
{{- include "dynamo-operator.applyDefaultsFrom" (dict "values" $found "defaults" $default) -}}
{{- else if and (kindIs "invalid" $found) (not (kindIs "invalid" $default)) -}}
{{- $_ := set $values $key (deepCopy $default) -}}
{{- end -}}
{{- end -}}
{{- end -}}
