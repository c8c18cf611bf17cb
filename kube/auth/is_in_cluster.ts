/** Whether we run in a pod: the kubelet names the API server to every container. */
export function isInCluster(env: (name: string) => string | undefined = Deno.env.get): boolean {
  return Boolean(env("KUBERNETES_SERVICE_HOST") && env("KUBERNETES_SERVICE_PORT"));
}
