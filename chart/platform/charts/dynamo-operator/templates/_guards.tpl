{{/* Everything that must be refused before an object is made. */}}
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
Not "kubeVersion" in Chart.yaml: without a cluster, Helm asks for the version that it was built with, which is 1.20 in
many builds. That version always ends with ".0"; a cluster's rarely does, and one that does is told by the operator.
*/}}
{{- define "dynamo-operator.refuseOldKubernetes" -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- if and (semverCompare "<1.30.0-0" $version) (not (regexMatch "^v[0-9]+[.][0-9]+[.]0$" $version)) -}}
{{- printf "Cannot install on Kubernetes %s: the operator needs 1.30 or later; upgrade the cluster first" $version | fail -}}
{{- end -}}
{{- end -}}

{{/* Values that would promise something that is not there. */}}
{{- define "dynamo-operator.refuseUnsupported" -}}
{{- $istio := .Values.dynamo.istio | default dict -}}
{{- if $istio.enabled -}}
{{- fail "Cannot enable \"dynamo.istio\": the operator makes no VirtualServices; use \"dynamo.ingress\", or write a VirtualService for the frontend's Service" -}}
{{- end -}}
{{- if (.Values.checkpoint | default dict).enabled -}}
{{- fail "Cannot enable \"checkpoint\": the operator does not checkpoint pods; leave it out" -}}
{{- end -}}
{{- $repository := .Values.controllerManager.manager.image.repository -}}
{{- if hasSuffix "ai-dynamo/kubernetes-operator" $repository -}}
{{- printf "Cannot run image %q: it is the Go operator, which this chart is not for; set \"controllerManager.manager.image.repository\" to where this operator's image is" $repository | fail -}}
{{- end -}}
{{- end -}}

{{/* Flags with which the operator would not start. files/flags.yaml has those that it knows. */}}
{{- define "dynamo-operator.refuseUnknownFlags" -}}
{{- $flags := .Files.Get "files/flags.yaml" | fromYaml -}}
{{- range .Values.controllerManager.manager.args -}}
{{- $name := regexFind "^--?[A-Za-z][A-Za-z0-9-]*" . | trimPrefix "-" | trimPrefix "-" -}}
{{- $apart := and (has $name $flags.withValue) (not (contains "=" .)) -}}
{{- if or $apart (not (regexMatch "^--?[A-Za-z][A-Za-z0-9-]*(=|$)" .)) -}}
{{- printf "Cannot pass %q of \"controllerManager.manager.args\": write each flag as one element, \"--flag=value\"" . | fail -}}
{{- end -}}
{{- if not (or (has $name $flags.withValue) (has $name $flags.switches)) -}}
{{- printf "Cannot pass %q of \"controllerManager.manager.args\": the operator has no such flag; \"dynamo-operator run --help\" lists all" . | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A cluster-wide operator for whoever meant a restricted one. */}}
{{- define "dynamo-operator.refuseIdleTarget" -}}
{{- with include "dynamo-operator.text" .Values.namespaceRestriction.targetNamespace -}}
{{- printf "Cannot restrict the operator to namespace %q: \"namespaceRestriction.enabled\" is false; set it to true, or leave \"namespaceRestriction.targetNamespace\" empty" . | fail -}}
{{- end -}}
{{- end -}}

{{/* A duration such as "1m30s" in milliseconds. The schema says what is one. */}}
{{- define "dynamo-operator.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+([.][0-9]+)?(ms|s|m|h)" . -1 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- $sum = addf $sum (mulf (trimSuffix $unit . | float64) (index $units $unit)) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* Times of the marker with which the operator would not start. It counts whole seconds, at most five minutes. */}}
{{- define "dynamo-operator.refuseMarkerTimes" -}}
{{- $lease := .Values.namespaceRestriction.lease -}}
{{- $duration := $lease.duration | default "" -}}
{{- $seconds := divf (include "dynamo-operator.milliseconds" $duration | float64) 1000 | floor -}}
{{- if or (lt $seconds 1.0) (gt $seconds 300.0) -}}
{{- printf "Cannot mark the namespace for %q: a marker counts a second to five minutes; set \"namespaceRestriction.lease.duration\" within that" $duration | fail -}}
{{- end -}}
{{- $interval := $lease.renewInterval | default "" -}}
{{- $intervalMs := include "dynamo-operator.milliseconds" $interval | float64 -}}
{{- if or (le $intervalMs 0.0) (ge $intervalMs (mulf $seconds 1000)) -}}
{{- printf "Cannot renew the marker every %q: it counts for %q only; set \"namespaceRestriction.lease.renewInterval\" above 0 and below the duration" $interval $duration | fail -}}
{{- end -}}
{{- end -}}

{{/* Two cluster-wide operators with different Leases would both act. */}}
{{- define "dynamo-operator.refuseOwnElection" -}}
{{- $election := .Values.controllerManager.leaderElection -}}
{{- if ne (include "dynamo-operator.leaderElectionId" .) "dynamo.nvidia.com" -}}
{{- printf "Cannot use leader election id %q: all cluster-wide operators must contend for the Lease \"dynamo.nvidia.com\"; leave \"controllerManager.leaderElection.id\" empty" $election.id | fail -}}
{{- end -}}
{{- if and $election.namespace (eq $election.namespace .Release.Namespace) (ne $election.namespace "kube-system") -}}
{{- printf "Cannot elect the leader in the release's namespace %q: all cluster-wide operators must contend for one Lease; leave \"controllerManager.leaderElection.namespace\" empty for \"kube-system\"" $election.namespace | fail -}}
{{- end -}}
{{- end -}}

{{/* "<release>/<namespace>" of the Helm release that an object belongs to; empty if none. */}}
{{- define "dynamo-operator.releaseOf" -}}
{{- $annotations := .metadata.annotations | default dict -}}
{{- with index $annotations "meta.helm.sh/release-name" -}}
{{ . }}/{{ index $annotations "meta.helm.sh/release-namespace" }}
{{- end -}}
{{- end -}}

{{/*
Another release's cluster-wide operator, this one's or the Go operator, is told by its role. Lookups find nothing in
"helm template"; what catches a second release of this chart there is the guard object, which has a fixed name.
*/}}
{{- define "dynamo-operator.refuseSecondClusterWide" -}}
{{- $own := printf "%s-manager-role" (include "dynamo-operator.fullname" .) -}}
{{- $ownRelease := printf "%s/%s" .Release.Name .Release.Namespace -}}
{{- range (lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "").items -}}
{{- $release := include "dynamo-operator.releaseOf" . -}}
{{- $isManager := or (eq .metadata.name $own) (eq .metadata.name "dynamo-operator-cluster-wide") (regexMatch "(^|-)dynamo-operator(-.+)?-manager-role$" .metadata.name) -}}
{{- if and $isManager (ne $release $ownRelease) (or $release (ne .metadata.name $own)) -}}
{{- $parts := splitList "/" $release -}}
{{- $who := ternary (printf "release %q in namespace %q has one" (first $parts) (last $parts)) "another installation has one" (ne $release "") -}}
{{- $remedy := ternary (printf "uninstall it with \"helm uninstall %s --namespace %s\"" (first $parts) (last $parts)) "delete it" (ne $release "") -}}
{{- printf "Cannot install a second cluster-wide operator: %s (ClusterRole %q); %s, or restrict this one to its namespace with \"namespaceRestriction.enabled=true\"" $who .metadata.name $remedy | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The planner's Role has a fixed name, so another release's shows that another operator has the namespace. */}}
{{- define "dynamo-operator.refuseSecondInNamespace" -}}
{{- $namespace := include "dynamo-operator.restrictedNamespace" . -}}
{{- $role := lookup "rbac.authorization.k8s.io/v1" "Role" $namespace "planner-role" -}}
{{- if $role -}}
{{- $release := include "dynamo-operator.releaseOf" $role -}}
{{- if and $release (ne $release (printf "%s/%s" .Release.Name .Release.Namespace)) -}}
{{- $parts := splitList "/" $release -}}
{{- printf "Cannot install a second operator for namespace %q: release %q in namespace %q has it; uninstall that with \"helm uninstall %s --namespace %s\"" $namespace (first $parts) (last $parts) (first $parts) (last $parts) | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}
