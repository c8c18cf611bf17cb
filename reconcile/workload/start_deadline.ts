import type { V1Container, V1PodTemplateSpec } from "@kubernetes/client-node";

/** Default deadline for the pods of a Deployment to start. The time is enough to schedule pods and to pull images. */
const DEFAULT_DEADLINE_SECONDS = 600;

/**
 * Returns the time in seconds after which pods of these templates count as failed: the default deadline, plus the time
 * that the probes allow for the start of a container.
 *
 * @param minimumSeconds replaces the time that the probes allow, if that time is shorter
 */
export function startDeadlineSeconds(
  templates: readonly V1PodTemplateSpec[],
  minimumSeconds = 0,
): number {
  const containers = templates.flatMap(({ spec }) => spec?.containers ?? []);
  return DEFAULT_DEADLINE_SECONDS + Math.max(minimumSeconds, ...containers.map(startSecondsOf));
}

/** Returns the time that the probes of a container allow for its start, with the defaults of Kubernetes. */
function startSecondsOf({ startupProbe, readinessProbe }: V1Container): number {
  const { initialDelaySeconds = 0, periodSeconds, failureThreshold } = startupProbe ?? {};
  const startup = startupProbe
    ? initialDelaySeconds + (periodSeconds || 10) * (failureThreshold || 3)
    : 0;
  return startup + (readinessProbe?.initialDelaySeconds ?? 0);
}
