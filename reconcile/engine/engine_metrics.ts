import type { Registry } from "prom-client";
import { type ControllerMetrics, createControllerMetrics } from "./controller_metrics.ts";
import { createResourceMetrics } from "./resource_metrics.ts";

/** Creates the metrics of one controller. */
export type EngineMetrics = (
  controller: { name: string; workers: number; resourceType?: string | undefined },
) => ControllerMetrics;

/**
 * Registers the metrics of controllers, work queues and reconciliations.
 *
 * @param prefix of the metrics that count reconciliations by kind and namespace
 */
export function createEngineMetrics(registry: Registry, prefix: string): EngineMetrics {
  const controllers = createControllerMetrics(registry);
  const resources = createResourceMetrics(registry, prefix);
  return ({ name, workers, resourceType }) =>
    controllers(name, workers, resourceType === undefined ? undefined : resources(resourceType));
}
