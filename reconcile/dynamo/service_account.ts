import { discoveryServiceAccount, PLANNER_SERVICE_ACCOUNT } from "./names.ts";
import { discoveryBackend, type PlatformConfig } from "./platform_config.ts";
import { isPlanner, type ServiceInput, type ServiceSpec } from "./service_input.ts";

/** The fields of a service that determine its ServiceAccount. */
export type Service = Pick<ServiceInput, "spec" | "graphName">;
/** The default discovery backend. */
export type Discovery = Pick<PlatformConfig, "discoveryBackend">;

/**
 * Returns the ServiceAccount of a service's pods. The user's choice takes precedence. Otherwise a planner uses the
 * planner's ServiceAccount, and a service with discovery through the Kubernetes API uses the ServiceAccount for
 * discovery. Returns undefined for all other services.
 */
export function serviceAccountOf(service: Service, config: Discovery): string | undefined {
  const { spec, graphName } = service;
  const users = usersServiceAccount(spec);
  if (users) return users;
  if (isPlanner(spec)) return PLANNER_SERVICE_ACCOUNT;
  return graphName && usesKubernetes(spec, config) ? discoveryServiceAccount(graphName) : undefined;
}

/**
 * Returns the ServiceAccounts of the services that discover each other through the Kubernetes API, sorted by name.
 * Omits the planner's ServiceAccount, because it has its own permissions.
 */
export function discoveryAccounts(services: readonly Service[], config: Discovery): string[] {
  const names = services.filter(({ spec }) => usesKubernetes(spec, config))
    .flatMap((service) => serviceAccountOf(service, config) ?? []);
  return [...new Set(names)].filter((name) => name !== PLANNER_SERVICE_ACCOUNT).sort();
}

function usesKubernetes({ annotations }: ServiceSpec, config: Discovery): boolean {
  return discoveryBackend(annotations, config) === "kubernetes";
}

/**
 * Returns the ServiceAccount in the user's pod spec. Like the Go operator, this function ignores the deprecated field
 * `serviceAccount`.
 */
function usersServiceAccount({ extraPodSpec }: ServiceSpec): string | undefined {
  return extraPodSpec?.serviceAccountName || undefined;
}
