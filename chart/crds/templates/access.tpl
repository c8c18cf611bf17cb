{{- /* Not a .yaml file: kubectl then finds only CRDs in this folder, so that it can apply and await all of it. */ -}}
{{- range $path, $_ := .Files.Glob "access/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
