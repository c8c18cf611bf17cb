import {
  type Deployment,
  deployments,
  type Ingress,
  ingresses,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type Service,
  type ServiceAccount,
  serviceAccounts,
  services,
} from "../../kube/builtin.ts";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { components } from "../../reconcile/dynamo/resources.ts";
import { worker } from "./graphs.ts";

const RBAC = "rbac.authorization.k8s.io";
const DISCOVERY = "chat-k8s-service-discovery";

/** A foreign object: it has the kind and name of a planned child, but the operator does not own it. */
export interface Foreign {
  kind: Resource<KubeObject>;
  object: KubeObject;
  /** Kind of the parent for which the operator plans the child. */
  of: "graph" | "component";
}

/**
 * One foreign object for each kind of child that the operator plans for the graph "chat". The graph has the services
 * Frontend (with an Ingress) and Worker.
 */
export const FOREIGN: readonly Foreign[] = [
  foreign<Deployment>("component", deployments, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "chat-worker" },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: "mine" } },
      template: {
        metadata: { labels: { app: "mine" } },
        spec: { containers: [{ name: "mine", image: "mine:1" }] },
      },
    },
  }),
  foreign<Service>("component", services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "chat-worker" },
    spec: { selector: { app: "mine" }, ports: [{ port: 80 }] },
  }),
  foreign<Ingress>("component", ingresses, {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "chat-frontend" },
    spec: { defaultBackend: { service: { name: "mine", port: { number: 80 } } } },
  }),
  foreign<DynamoComponentDeployment>("graph", components, {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    metadata: { name: "chat-worker" },
    spec: worker({ dynamoNamespace: "mine", replicas: 0 }),
  }),
  foreign<ServiceAccount>("graph", serviceAccounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: DISCOVERY },
  }),
  foreign<Role>("graph", roles, {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: { name: `${DISCOVERY}-role` },
    rules: [],
  }),
  foreign<RoleBinding>("graph", roleBindings, {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name: `${DISCOVERY}-binding` },
    roleRef: { apiGroup: RBAC, kind: "Role", name: "mine" },
  }),
];

function foreign<T extends KubeObject>(of: Foreign["of"], kind: Resource<T>, object: T): Foreign {
  return { kind, object, of };
}
