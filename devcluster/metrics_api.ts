import { adminApi, type Api } from "./api.ts";
import type { Cluster } from "./cluster.ts";
import { until } from "./until.ts";

const NAMESPACE = "default";
const SERVICE = "metrics-api";
const RESOURCE_METRICS = "metrics.k8s.io";
const EXTERNAL_METRICS = "external.metrics.k8s.io";
const VERSION = "v1beta1";
const API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
const TIMEOUT_MS = 60_000;

/**
 * Metrics APIs that derive all metrics from one number, the load. Disposing of this object removes the APIs from the
 * control plane.
 */
export interface MetricsApi extends AsyncDisposable {
  /**
   * Sets the load. Every external metric has this value. The pods that a client selects share the load equally, as
   * memory usage in MiB.
   */
  setLoad(load: number): void;
}

/**
 * Adds the APIs `metrics.k8s.io` and `external.metrics.k8s.io`, which a HorizontalPodAutoscaler reads, to a control
 * plane. Returns when the API server serves both APIs.
 */
export async function startMetricsApi(
  { server: apiServer, folder }: Pick<Cluster, "server" | "folder">,
): Promise<MetricsApi> {
  await using owned = new AsyncDisposableStack();
  const api = owned.use(await adminApi(apiServer, folder));
  let load = 0;
  const read = (kind: string) => Deno.readTextFile(`${folder}/pki/kube-apiserver.${kind}`);
  const server = owned.use(Deno.serve({
    hostname: "localhost",
    port: 0,
    cert: await read("crt"),
    key: await read("key"),
    onListen() {},
  }, async ({ url }) => {
    const body = await respond(new URL(url), api, load);
    return body ? Response.json(body) : new Response(null, { status: 404 });
  }));
  const service = `/api/v1/namespaces/${NAMESPACE}/services`;
  await api.ensure(service, externalName());
  owned.defer(async () => void await api.request("DELETE", `${service}/${SERVICE}`));
  for (const group of [RESOURCE_METRICS, EXTERNAL_METRICS]) {
    const registration = apiService(group, server.addr.port);
    await api.ensure(API_SERVICES, registration);
    const path = `${API_SERVICES}/${registration.metadata.name}`;
    owned.defer(async () => void await api.request("DELETE", path));
    await until(
      `the API server to serve ${group}`,
      TIMEOUT_MS,
      async () => await api.probe(`/apis/${group}/${VERSION}`) ? true : undefined,
    );
  }
  const kept = owned.move();
  return {
    setLoad: (value) => load = value,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/**
 * Returns the Service through which the API server connects to the metrics server on a loopback address. The type is
 * ExternalName, because an Endpoints object must not contain a loopback address.
 */
function externalName() {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: SERVICE, namespace: NAMESPACE },
    spec: { type: "ExternalName", externalName: "localhost" },
  };
}

function apiService(group: string, port: number) {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${VERSION}.${group}` },
    spec: {
      ...{ group, version: VERSION, groupPriorityMinimum: 100, versionPriority: 100 },
      service: { name: SERVICE, namespace: NAMESPACE, port },
      // Disables the check of the metrics server's certificate. The certificate was created for the API server and does
      // not contain the name of this Service.
      insecureSkipTLSVerify: true,
    },
  };
}

/** Returns the response to a request; undefined for an unknown path. */
async function respond(url: URL, api: Api, load: number): Promise<unknown> {
  const [, , group = "", version, scope, namespace = "", name = ""] = url.pathname.split("/");
  const apiVersion = `${group}/${version}`;
  if (version !== VERSION) return undefined;
  if (scope === undefined) {
    const pods = { name: "pods", kind: "PodMetrics", namespaced: true, verbs: ["get", "list"] };
    const resources = group === RESOURCE_METRICS ? [pods] : [];
    return { kind: "APIResourceList", apiVersion: "v1", groupVersion: apiVersion, resources };
  }
  const timestamp = new Date().toISOString();
  if (group === EXTERNAL_METRICS) {
    const items = [{ metricName: name, metricLabels: {}, timestamp, value: `${load}` }];
    return { kind: "ExternalMetricValueList", apiVersion, metadata: {}, items };
  }
  const pods = await podNames(api, namespace, url.searchParams.get("labelSelector") ?? "");
  const usage = { memory: `${Math.round(load * 1024 / Math.max(pods.length, 1))}Ki` };
  const items = pods.map((pod) => ({
    metadata: { name: pod, namespace },
    ...{ timestamp, window: "1s", containers: [{ name: "main", usage }] },
  }));
  return { kind: "PodMetricsList", apiVersion, metadata: {}, items };
}

async function podNames(api: Api, namespace: string, labelSelector: string): Promise<string[]> {
  const query = new URLSearchParams({ labelSelector, fieldSelector: "status.phase=Running" });
  const path = `/api/v1/namespaces/${namespace}/pods?${query}`;
  const { items } = await api.request<{ items: { metadata: { name: string } }[] }>("GET", path);
  return items.map(({ metadata }) => metadata.name);
}
