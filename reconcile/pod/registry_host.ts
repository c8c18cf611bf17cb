/**
 * The registry host, with its port, of an image reference or of a key in a Docker configuration
 * (`nvcr.io/nvidia/x:1`, `https://index.docker.io/v1/`, `registry.local:5000`).
 *
 * Short names of Docker Hub have no host: of `library/ubuntu` the first part is returned, which no Secret is for,
 * and `ubuntu:22.04` has none, as upstream reads them.
 *
 * @returns undefined if there is no host
 */
export function registryHost(reference: string): string | undefined {
  const scheme = reference.indexOf("://");
  const rest = scheme < 0 ? reference : reference.slice(scheme + "://".length);
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? "";
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (host === "" || (port !== undefined && !/^\d*$/.test(port))) return undefined;
  return host;
}
