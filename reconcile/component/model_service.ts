import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import { type Service, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Planned } from "../apply/planned.ts";
import { modelHash, modelServiceName } from "../dynamo/model_service_name.ts";
import { SYSTEM_PORT } from "../pod/ports.ts";

const MANAGER = "dynamo-operator";
const OUR_KINDS = ["DynamoComponentDeployment", "DynamoGraphDeployment"];

/**
 * The headless Service under which all pods of a namespace that serve a component's model are found; undefined if
 * it serves none. Every component that serves the model plans the same object, owned by all of them alike, so that
 * it lives as long as the last one.
 *
 * @param component the component as stored
 * @param components all components of its namespace
 */
export function modelService(
  component: DynamoComponentDeployment,
  components: readonly DynamoComponentDeployment[],
): Planned<Service> | undefined {
  const own = component.spec?.modelRef?.name;
  if (!own) return undefined;
  const name = modelServiceName(own);
  const users = usersOf(name, component, components);
  // The least of the names, should two of them ever have the same hash: all users must plan the same.
  const model = users.flatMap(({ spec }) => spec.modelRef?.name ?? []).sort()[0] ?? own;
  const { namespace } = component.metadata;
  const selector = { [LABELS.baseModelHash]: modelHash(model) };
  const manifest: Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      ...(namespace && { namespace }),
      labels: { ...selector, [LABELS.managedBy]: MANAGER },
      annotations: { [ANNOTATIONS.baseModel]: model },
    },
    spec: {
      clusterIP: "None",
      selector,
      ports: [{ name: "system", port: SYSTEM_PORT, targetPort: SYSTEM_PORT, protocol: "TCP" }],
    },
  };
  return { resource: services, manifest, policy: "shared", coOwners: users };
}

/**
 * The Services of models that a component no longer serves but still keeps alive.
 *
 * @param live the model Services that the component co-owns
 */
export function formerModelServices(
  { spec }: DynamoComponentDeployment,
  live: readonly Service[],
): Service[] {
  const current = spec?.modelRef?.name ? modelServiceName(spec.modelRef.name) : undefined;
  return live.filter((service) => isModelService(service) && service.metadata.name !== current);
}

/** Whether an object is, by its name, the Service of a model. */
export function isModelService({ kind, metadata: { name } }: KubeObject): boolean {
  return kind === "Service" && /^dynamo-model-[0-9a-f]{8}$/.test(name);
}

/** Whether an object was made by an operator for graphs, this one or upstream's. */
export function isOperatorMade({ metadata }: KubeObject): boolean {
  return metadata.labels?.[LABELS.managedBy] === MANAGER ||
    (metadata.ownerReferences ?? []).some(({ kind }) => OUR_KINDS.includes(kind));
}

/** Returns the live components that serve the model of a Service, by name; the planned one as it is planned. */
function usersOf(
  serviceName: string,
  component: DynamoComponentDeployment,
  components: readonly DynamoComponentDeployment[],
): DynamoComponentDeployment[] {
  const byName = new Map([...components, component].map((user) => [user.metadata.name, user]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? [])
    .filter(({ metadata, spec }) =>
      !metadata.deletionTimestamp && spec?.modelRef?.name &&
      modelServiceName(spec.modelRef.name) === serviceName
    );
}
