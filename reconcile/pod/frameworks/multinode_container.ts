import type { V1Container } from "@kubernetes/client-node";

/** Returns the container with a command that runs one shell line. */
export function runInShell(container: V1Container, line: string): V1Container {
  return { ...container, command: ["/bin/sh", "-c"], args: [line] };
}

/**
 * Returns the container without probes, because a worker of a multinode replica does not run the HTTP server for
 * probes.
 */
export function withoutProbes(container: V1Container): V1Container {
  const { livenessProbe: _live, readinessProbe: _ready, startupProbe: _startup, ...rest } =
    container;
  return rest;
}

/** Returns a quantity of GPUs as a number; undefined if the quantity is not a whole number. */
export function wholeGpus(quantity: string | undefined): number | undefined {
  return quantity !== undefined && /^\d+$/.test(quantity) ? Number(quantity) : undefined;
}
