import type { DynamoGraphDeployment, GraphSpec } from "../../crds/kinds/graph.ts";
import { persistentVolumeClaims } from "../../kube/builtin.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { componentName } from "../dynamo/names.ts";
import { checkObjectName, isServiceName, NO_SERVICE_NAME } from "../dynamo/object_names.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";

/**
 * Returns the problems in the names, the PVCs and the restart of a graph. The API server refuses new graphs with such
 * problems. An older graph may have them, because earlier CRDs and the CRDs of the Go operator lack these rules. This
 * function omits problems inside a service, because the plan of the service reports them.
 */
export function graphProblems(graph: DynamoGraphDeployment): Problem[] {
  const services = Object.keys(graph.spec?.services ?? {}).sort();
  if (services.length === 0) {
    return [invalid("spec.services", "Must have at least one service")];
  }
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const name of services) {
    const path = `spec.services[${name}]`;
    const lower = name.toLowerCase();
    const twin = seen.get(lower);
    if (twin !== undefined) {
      problems.push(invalid(path, `Differs from "${twin}" only in case: rename one of them`));
    }
    seen.set(lower, name);
    const component = componentName(graph.metadata.name, name);
    if (!isServiceName(component)) {
      problems.push(invalid(
        path,
        `"${component}" (graph and service name) ${NO_SERVICE_NAME}: shorten or change one of the names`,
      ));
    }
  }
  for (const [index, pvc] of (graph.spec.pvcs ?? []).entries()) {
    const path = `spec.pvcs[${index}]`;
    problems.push(...nameProblems(`${path}.name`, pvc.name));
    if (!pvc.create) continue;
    for (const field of ["storageClass", "size", "volumeAccessMode"] as const) {
      if (!pvc[field]) {
        problems.push(invalid(`${path}.${field}`, "is required when create is true"));
      }
    }
  }
  return [...problems, ...restartProblems(graph.spec)];
}

function restartProblems({ restart, services = {} }: GraphSpec): Problem[] {
  if (!restart) return [];
  if (!restart.id) return [invalid("spec.restart.id", "Is required")];
  const { type, order = [] } = restart.strategy ?? {};
  const field = "spec.restart.strategy.order";
  if (order.length === 0) return [];
  if (type === "Parallel") {
    return [invalid(field, "Cannot be set if type is Parallel: remove order, or change the type")];
  }
  const listed = new Set(order);
  const unknown = [...listed].filter((name) => !Object.hasOwn(services, name));
  const missing = Object.keys(services).filter((name) => !listed.has(name)).sort();
  const mistakes = [
    unknown.length > 0 && `unknown: ${unknown.join(", ")}`,
    missing.length > 0 && `missing: ${missing.join(", ")}`,
    listed.size < order.length && "some are listed twice",
  ].filter((text) => text !== false);
  if (mistakes.length === 0) return [];
  return [invalid(
    field,
    `Must list each key of spec.services once (${mistakes.join("; ")}): correct or remove order`,
  )];
}

function nameProblems(field: string, name: string | undefined): Problem[] {
  if (!name) return [invalid(field, "Is required")];
  try {
    checkObjectName(field, persistentVolumeClaims.kind, name);
    return [];
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return [invalid(field, error.message)];
  }
}

function invalid(field: string, message: string): Problem {
  return { reason: REASONS.validationFailed, field, message };
}
