{{- /* Not a .yaml file, so that kubectl finds only CRDs in this folder and can apply all of them. */ -}}
{{- range $path, $_ := .Files.Glob "access/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
