import {
  deployments,
  ingresses,
  roleBindings,
  roles,
  serviceAccounts,
  services,
} from "../../kube/builtin.ts";
import type { Patch } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { components, scalingAdapters } from "../../reconcile/dynamo/resources.ts";
import { modelServiceName } from "../../reconcile/dynamo/names.ts";
import { MODEL } from "./graphs.ts";

const MODEL_SERVICE = modelServiceName(MODEL);
const DISCOVERY = "full-k8s-service-discovery";
const PLANNER_BINDING = "planner-serviceaccount-binding";
const POD = "/spec/template/spec";

/** An edit that a user makes to a child of the graph "full", which is a {@link fullGraph}. */
export interface Edit {
  subject: string;
  kind: Resource<KubeObject>;
  name: string;
  patch: Patch;
}

function merge(
  subject: string,
  kind: Resource<KubeObject>,
  name: string,
  body: unknown,
): Edit {
  return { subject, kind, name, patch: { type: "merge", body } };
}

function json(subject: string, kind: Resource<KubeObject>, name: string, ...body: unknown[]): Edit {
  return { subject, kind, name, patch: { type: "json", body } };
}

const replace = (path: string, value: unknown) => ({ op: "replace", path, value });
const remove = (path: string) => ({ op: "remove", path });

/** Edits of fields that the operator manages. The operator must repair each of these edits. */
export const EDITS: readonly Edit[] = [
  merge("a paused rollout", deployments, "full-worker", { spec: { paused: true } }),
  merge("the deadline of a rollout", deployments, "full-worker", {
    spec: { progressDeadlineSeconds: 60 },
  }),
  json(
    "the image of a Deployment",
    deployments,
    "full-worker",
    replace(`${POD}/containers/0/image`, "mine:1"),
  ),
  json(
    "the environment of a Deployment",
    deployments,
    "full-worker",
    remove(`${POD}/containers/0/env`),
  ),
  json(
    "the args of a Deployment",
    deployments,
    "full-worker",
    remove(`${POD}/containers/0/args/1`),
  ),
  json(
    "the port number of a Deployment",
    deployments,
    "full-worker",
    replace(`${POD}/containers/0/ports/0/containerPort`, 7777),
  ),
  json(
    "the source of a Deployment's environment variable",
    deployments,
    "full-worker",
    remove(`${POD}/containers/0/env/0/value`),
    {
      op: "add",
      path: `${POD}/containers/0/env/0/valueFrom`,
      value: { fieldRef: { fieldPath: "metadata.name" } },
    },
  ),
  json(
    "the handler of a Deployment's probe",
    deployments,
    "full-worker",
    remove(`${POD}/containers/0/livenessProbe/httpGet`),
    { op: "add", path: `${POD}/containers/0/livenessProbe/tcpSocket`, value: { port: 7777 } },
  ),
  merge("the replicas of a Deployment", deployments, "full-worker", { spec: { replicas: 5 } }),
  merge("the strategy of a Deployment", deployments, "full-worker", {
    spec: { strategy: { type: "Recreate", rollingUpdate: null } },
  }),
  merge("the labels of a Deployment", deployments, "full-worker", { metadata: { labels: null } }),
  merge("the plan hash of a Deployment", deployments, "full-worker", {
    metadata: { annotations: { "nvidia.com/plan-hash": null } },
  }),
  json(
    "the target port of a Service",
    services,
    "full-worker",
    replace("/spec/ports/0/targetPort", 1),
  ),
  json(
    "the port number of a Service",
    services,
    "full-worker",
    replace("/spec/ports/0/port", 7777),
  ),
  merge("the selector of a Service", services, "full-worker", {
    spec: { selector: { "nvidia.com/dynamo-component": "Other", extra: "yes" } },
  }),
  merge("the labels of a Service", services, "full-worker", {
    metadata: { labels: { "nvidia.com/dynamo-discovery-enabled": null } },
  }),
  json(
    "the target port of a model Service",
    services,
    MODEL_SERVICE,
    replace("/spec/ports/0/targetPort", 1),
  ),
  merge("the selector of a model Service", services, MODEL_SERVICE, {
    spec: { selector: { "nvidia.com/dynamo-base-model-hash": "00000000" } },
  }),
  merge("the owners of a model Service", services, MODEL_SERVICE, {
    metadata: { ownerReferences: null },
  }),
  merge("the rules of a Role", roles, `${DISCOVERY}-role`, { rules: [] }),
  json("an additional rule in a Role", roles, `${DISCOVERY}-role`, {
    op: "add",
    path: "/rules/-",
    value: { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
  }),
  merge("the subjects of a RoleBinding", roleBindings, `${DISCOVERY}-binding`, { subjects: [] }),
  merge("the subjects of the planner's RoleBinding", roleBindings, PLANNER_BINDING, {
    subjects: [{ kind: "ServiceAccount", name: "default" }],
  }),
  merge("the labels of a ServiceAccount", serviceAccounts, DISCOVERY, {
    metadata: { labels: { "app.kubernetes.io/component": "mine" } },
  }),
  json("the host of an Ingress", ingresses, "full-frontend", replace("/spec/rules/0/host", "x.y")),
  merge("the class of an Ingress", ingresses, "full-frontend", {
    spec: { ingressClassName: "mine" },
  }),
  merge("the replicas of a component", components, "full-worker", { spec: { replicas: 3 } }),
  merge("the image of a component", components, "full-worker", {
    spec: { extraPodSpec: { mainContainer: { image: "mine:1" } } },
  }),
  merge("the labels of a component", components, "full-worker", { metadata: { labels: null } }),
  merge("the service of a scaling adapter", scalingAdapters, "full-worker", {
    spec: { dgdRef: { serviceName: "Other" } },
  }),
];

/** Edits of fields that the operator does not manage. The operator must keep each of these edits. */
export const ADDITIONS: readonly Edit[] = [
  ...[deployments, services, ingresses, components].map((kind) =>
    merge(`a label and an annotation of a ${kind.kind}`, kind, "full-frontend", {
      metadata: { labels: { team: "red" }, annotations: { "example.com/note": "kept" } },
    })
  ),
  merge("the annotation of kubectl rollout restart", deployments, "full-worker", {
    spec: {
      template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } },
    },
  }),
  merge("a revision history limit of a Deployment", deployments, "full-worker", {
    spec: { revisionHistoryLimit: 7 },
  }),
  merge("the type of a Service", services, "full-frontend", { spec: { type: "NodePort" } }),
];
