{{/* Refuses invalid installations before any object is created. */}}
{{- define "dynamo-operator.guards" -}}
{{- include "dynamo-operator.refuseOldKubernetes" . -}}
{{- include "dynamo-operator.refuseUnsupported" . -}}
{{- include "dynamo-operator.refuseUnknownFlags" . -}}
{{- if .Values.namespaceRestriction.enabled -}}
{{- include "dynamo-operator.refuseMarkerTimes" . -}}
{{- include "dynamo-operator.refuseSecondInNamespace" . -}}
{{- else -}}
{{- include "dynamo-operator.refuseIdleTarget" . -}}
{{- include "dynamo-operator.refuseOwnElection" . -}}
{{- include "dynamo-operator.refuseSecondClusterWide" . -}}
{{- end -}}
{{- end -}}

{{/*
Chart.yaml cannot check this with "kubeVersion": without a cluster, Helm uses the version of its build, which is 1.20 in
many builds. That version always ends with ".0". The version of a cluster rarely does; if so, the operator reports it.
*/}}
{{- define "dynamo-operator.refuseOldKubernetes" -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- if and (semverCompare "<1.30.0-0" $version) (not (regexMatch "^v[0-9]+[.][0-9]+[.]0$" $version)) -}}
{{- printf "Cannot install on Kubernetes %s: the operator needs 1.30 or later; upgrade the cluster first" $version | fail -}}
{{- end -}}
{{- end -}}

{{/* Refuses values for features that the operator lacks, and VirtualServices without a gateway. */}}
{{- define "dynamo-operator.refuseUnsupported" -}}
{{- $istio := .Values.dynamo.istio -}}
{{- if and $istio.enabled (not $istio.gateway) -}}
{{- fail "Cannot enable \"dynamo.istio\" without a gateway: set \"dynamo.istio.gateway\" to the name of an Istio gateway, such as \"istio-system/public\"" -}}
{{- end -}}
{{- if (.Values.checkpoint | default dict).enabled -}}
{{- fail "Cannot enable \"checkpoint\": the operator does not checkpoint pods; remove the value" -}}
{{- end -}}
{{- $repository := .Values.controllerManager.manager.image.repository -}}
{{- if hasSuffix "ai-dynamo/kubernetes-operator" $repository -}}
{{- printf "Cannot run image %q: it is the Go operator, which this chart does not support; set \"controllerManager.manager.image.repository\" to the repository of this operator's image" $repository | fail -}}
{{- end -}}
{{- end -}}

{{/* Refuses flags with which the operator would not start. files/known-flags.yaml lists all valid ones. */}}
{{- define "dynamo-operator.refuseUnknownFlags" -}}
{{- $flags := .Files.Get "files/known-flags.yaml" | fromYaml -}}
{{- range .Values.controllerManager.manager.args -}}
{{- $name := regexFind "^--?[A-Za-z][A-Za-z0-9-]*" . | trimPrefix "-" | trimPrefix "-" -}}
{{- $apart := and (has $name $flags.withValue) (not (contains "=" .)) -}}
{{- if or $apart (not (regexMatch "^--?[A-Za-z][A-Za-z0-9-]*(=|$)" .)) -}}
{{- printf "Cannot pass %q of \"controllerManager.manager.args\": write each flag as one element, \"--flag=value\"" . | fail -}}
{{- end -}}
{{- if not (or (has $name $flags.withValue) (has $name $flags.switches)) -}}
{{- printf "Cannot pass %q of \"controllerManager.manager.args\": the operator does not support this flag; \"dynamo-operator run --help\" lists all flags" . | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Refuses a target namespace for a cluster-wide operator: the user probably wants a namespace-scoped one. */}}
{{- define "dynamo-operator.refuseIdleTarget" -}}
{{- with include "dynamo-operator.text" .Values.namespaceRestriction.targetNamespace -}}
{{- printf "Cannot restrict the operator to namespace %q: \"namespaceRestriction.enabled\" is false; set it to true, or remove \"namespaceRestriction.targetNamespace\"" . | fail -}}
{{- end -}}
{{- end -}}

{{/* Returns a duration such as "1m30s" in milliseconds. The schema has validated it. */}}
{{- define "dynamo-operator.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+([.][0-9]+)?(ms|s|m|h)" . -1 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- $sum = addf $sum (mulf (trimSuffix $unit . | float64) (index $units $unit)) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* Refuses times of a marker Lease with which the operator would not start. Its duration is in whole seconds. */}}
{{- define "dynamo-operator.refuseMarkerTimes" -}}
{{- $lease := .Values.namespaceRestriction.lease -}}
{{- $duration := $lease.duration | default "" -}}
{{- $seconds := divf (include "dynamo-operator.milliseconds" $duration | float64) 1000 | floor -}}
{{- if or (lt $seconds 1.0) (gt $seconds 300.0) -}}
{{- printf "Cannot use the duration %q for a marker Lease: it must be between one second and five minutes; change \"namespaceRestriction.lease.duration\"" $duration | fail -}}
{{- end -}}
{{- $interval := $lease.renewInterval | default "" -}}
{{- $intervalMs := include "dynamo-operator.milliseconds" $interval | float64 -}}
{{- if or (le $intervalMs 0.0) (ge $intervalMs (mulf $seconds 1000)) -}}
{{- printf "Cannot renew its marker Lease every %q: its duration is %q; set \"namespaceRestriction.lease.renewInterval\" above 0 and below the duration" $interval $duration | fail -}}
{{- end -}}
{{- end -}}

{{/* Refuses another leader Lease: two cluster-wide operators with different Leases would write at the same time. */}}
{{- define "dynamo-operator.refuseOwnElection" -}}
{{- $election := .Values.controllerManager.leaderElection -}}
{{- if ne (include "dynamo-operator.leaderElectionId" .) "dynamo.nvidia.com" -}}
{{- printf "Cannot use leader election id %q: all cluster-wide operators must compete for the Lease \"dynamo.nvidia.com\"; remove \"controllerManager.leaderElection.id\"" $election.id | fail -}}
{{- end -}}
{{- if and $election.namespace (eq $election.namespace .Release.Namespace) (ne $election.namespace "kube-system") -}}
{{- printf "Cannot elect the leader in the release's namespace %q: all cluster-wide operators must compete for one Lease; remove \"controllerManager.leaderElection.namespace\" to use \"kube-system\"" $election.namespace | fail -}}
{{- end -}}
{{- end -}}

{{/* Returns "<release>/<namespace>" of the Helm release of an object; empty for other objects. */}}
{{- define "dynamo-operator.releaseOf" -}}
{{- $annotations := .metadata.annotations | default dict -}}
{{- with index $annotations "meta.helm.sh/release-name" -}}
{{ . }}/{{ index $annotations "meta.helm.sh/release-namespace" }}
{{- end -}}
{{- end -}}

{{/*
Refuses a second cluster-wide operator, this one or the Go operator, which its ClusterRole identifies. In "helm template"
lookups find nothing; there the fixed name of the guard ClusterRole makes a second release fail.
*/}}
{{- define "dynamo-operator.refuseSecondClusterWide" -}}
{{- $own := printf "%s-manager-role" (include "dynamo-operator.fullname" .) -}}
{{- $ownRelease := printf "%s/%s" .Release.Name .Release.Namespace -}}
{{- range (lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "").items -}}
{{- $release := include "dynamo-operator.releaseOf" . -}}
{{- $isManager := or (eq .metadata.name $own) (eq .metadata.name "dynamo-operator-cluster-wide") (regexMatch "(^|-)dynamo-operator(-.+)?-manager-role$" .metadata.name) -}}
{{- if and $isManager (ne $release $ownRelease) (or $release (ne .metadata.name $own)) -}}
{{- $parts := splitList "/" $release -}}
{{- $existing := ternary (printf "release %q in namespace %q has one" (first $parts) (last $parts)) "another installation has one" (ne $release "") -}}
{{- $remedy := ternary (printf "uninstall it with \"helm uninstall %s --namespace %s\"" (first $parts) (last $parts)) "delete it" (ne $release "") -}}
{{- printf "Cannot install a second cluster-wide operator: %s (ClusterRole %q); %s, or restrict this one to its namespace with \"namespaceRestriction.enabled=true\"" $existing .metadata.name $remedy | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Refuses a second operator for a namespace. The planner's Role has a fixed name, so its release shows the first one. */}}
{{- define "dynamo-operator.refuseSecondInNamespace" -}}
{{- $namespace := include "dynamo-operator.restrictedNamespace" . -}}
{{- $role := lookup "rbac.authorization.k8s.io/v1" "Role" $namespace "planner-role" -}}
{{- if $role -}}
{{- $release := include "dynamo-operator.releaseOf" $role -}}
{{- if and $release (ne $release (printf "%s/%s" .Release.Name .Release.Namespace)) -}}
{{- $parts := splitList "/" $release -}}
{{- printf "Cannot install a second operator for namespace %q: release %q in namespace %q manages it; uninstall that release with \"helm uninstall %s --namespace %s\"" $namespace (first $parts) (last $parts) (first $parts) (last $parts) | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
