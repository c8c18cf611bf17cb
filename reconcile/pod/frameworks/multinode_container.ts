import type { V1Container } from "@kubernetes/client-node";

/** Returns the container with a command that runs one shell line. */
export function runInShell(container: V1Container, line: string): V1Container {
  return { ...container, command: ["/bin/sh", "-c"], args: [line] };
}

/** Returns the container without probes, because a worker of a multinode replica does not run the status server. */
export function withoutProbes(container: V1Container): V1Container {
  const { livenessProbe: _live, readinessProbe: _ready, startupProbe: _startup, ...rest } =
    container;
  return rest;
}

/** Returns a quantity of GPUs if it is a whole number; undefined otherwise. */
export function wholeGpus(quantity: string | undefined): number | undefined {
  return quantity !== undefined && /^\d+$/.test(quantity) ? Number(quantity) : undefined;
}
