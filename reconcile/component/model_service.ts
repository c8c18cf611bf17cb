import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { ANNOTATIONS, LABELS, MANAGER } from "../../crds/labels.ts";
import { type Service, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import { describeOwner } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { modelHash, modelServiceName } from "../dynamo/names.ts";
import type { Problem } from "../dynamo/problem.ts";
import { components as componentKind, graphs } from "../dynamo/resources.ts";
import { SYSTEM_PORT } from "../dynamo/service_input.ts";

const OWNER_KINDS = [componentKind.kind, graphs.kind];

/**
 * Returns the headless Service of the component's model; undefined if the component serves no model. The Service
 * selects all pods in the namespace that serve the model. All components that serve the model co-own the Service, so it
 * exists as long as one of these components exists.
 *
 * @param components components in the same namespace; the function ignores components that serve another model
 */
export function modelService(
  component: DynamoComponentDeployment,
  components: readonly DynamoComponentDeployment[],
): Planned<Service> | undefined {
  const own = component.spec?.modelRef?.name;
  if (!own) return undefined;
  const users = usersOf({ name: modelServiceName(own), model: own }, component, components);
  // Two model names with the same hash share a Service. All components use the alphabetically first model name, so that
  // they plan the same manifest.
  const model = users.flatMap(({ spec }) => spec.modelRef?.name ?? []).sort()[0] ?? own;
  return sharedModelService(model, component.metadata, users);
}

/**
 * Returns the headless Service of a model. The components that serve the model co-own it. On Grove, the graphs co-own
 * it.
 */
export function sharedModelService(
  model: string,
  { namespace }: Pick<KubeObject["metadata"], "namespace">,
  users: readonly KubeObject[],
): Planned<Service> {
  const selector = { [LABELS.baseModelHash]: modelHash(model) };
  const manifest: Service = {
    apiVersion: services.apiVersion,
    kind: services.kind,
    metadata: {
      name: modelServiceName(model),
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

/** Returns a problem if a foreign Service has the name of a model Service; otherwise undefined. */
export function modelServiceConflict(
  { resource, manifest: { kind, metadata: { name } } }: Planned<Service>,
  observed: Pick<Observed, "find">,
  parent: "component" | "graph",
): Problem | undefined {
  const live = observed.find(resource, name);
  if (!live || isOperatorMade(live)) return undefined;
  const message =
    `${kind} "${name}" exists and is not owned by this ${parent} (${describeOwner(live)}): ` +
    `delete the ${kind}, or rename the ${parent}`;
  return { reason: NAME_CONFLICT, message };
}

/** Returns the model Services in `live` whose names are not in `names`. */
export function formerModelServices(
  names: readonly string[],
  live: readonly Service[],
): Service[] {
  return live.filter((service) =>
    isModelService(service) && !names.includes(service.metadata.name)
  );
}

/** Returns whether an object has the kind and the name of a model Service. */
export function isModelService({ kind, metadata: { name } }: KubeObject): boolean {
  return kind === services.kind && /^dynamo-model-[0-9a-f]{8}$/.test(name);
}

/** Returns whether this operator or the Go operator created an object. */
export function isOperatorMade({ metadata }: KubeObject): boolean {
  return metadata.labels?.[LABELS.managedBy] === MANAGER ||
    (metadata.ownerReferences ?? []).some(({ kind }) => OWNER_KINDS.includes(kind));
}

/**
 * Returns the components that serve the model of a Service, sorted by name, without components that are being deleted.
 */
function usersOf(
  { name: serviceName, model }: { name: string; model: string },
  component: DynamoComponentDeployment,
  components: readonly DynamoComponentDeployment[],
): DynamoComponentDeployment[] {
  const byName = new Map([...components, component].map((user) => [user.metadata.name, user]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? [])
    .filter(({ metadata: { deletionTimestamp }, spec }) => {
      const other = spec?.modelRef?.name;
      if (deletionTimestamp || !other) return false;
      // Two models share a Service if their names are equal or, very rarely, have equal hashes. Comparing the names
      // first avoids most hash computations.
      return other === model || modelServiceName(other) === serviceName;
    });
}
