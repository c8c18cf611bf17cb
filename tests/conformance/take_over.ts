import type { Cluster } from "../../devcluster/cluster.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createAsGoOperator } from "../support/go_operator.ts";
import type { RecordedCase } from "./recorded_case.ts";

/** Kinds whose objects contain pod templates. */
const WORKLOADS = [
  "deployments.apps",
  "jobs.batch",
  "leaderworkersets.leaderworkerset.x-k8s.io",
  "podcliquesets.grove.io",
];
/** Objects that exist in each namespace before the Go operator writes to it. */
const PREEXISTING = ["ServiceAccount/default", "ConfigMap/kube-root-ca.crt"];

/** The API server refuses the graphs of these cases, unless it has the CRDs of the Go operator. */
const REFUSED = /^fixture-invalid/;

/** Creates the namespaces and the objects of recorded cases as the Go operator left them. */
export async function createRecorded(
  cluster: Cluster,
  cases: readonly RecordedCase[],
): Promise<void> {
  for (const { sample, namespace, objects } of cases) {
    if (REFUSED.test(sample)) continue;
    await cluster.kubectl(["create", "namespace", namespace]);
    const created = objects.filter(({ kind, metadata }) =>
      !PREEXISTING.includes(`${kind}/${metadata.name}`)
    );
    const valid = created.map(withValidData).map(withoutJobSelector);
    await createAsGoOperator(cluster, namespace, valid);
  }
}

/** Returns the object. Replaces the data of a Secret, because the recording contains "…" in place of the SSH key. */
function withValidData(object: RecordedCase["objects"][number]) {
  const { data, ...rest } = object;
  if (object.kind !== "Secret") return object;
  const keys = Object.keys(data ?? {}).map((key) => [key, "recorded"]);
  return { ...rest, stringData: Object.fromEntries(keys) };
}

/**
 * Returns the object. If the object is a Job, omits its selector and pod labels, because they contain the UID of the
 * recorded Job.
 */
function withoutJobSelector(object: RecordedCase["objects"][number]) {
  const { spec } = object;
  if (object.kind !== "Job" || !isJsonObject(spec) || !isJsonObject(spec["template"])) {
    return object;
  }
  const { selector: _selector, manualSelector: _manual, template, ...rest } = spec;
  return { ...object, spec: { ...rest, template: { spec: template["spec"] } } };
}

/** Returns the UID and the pod template of each object that runs pods, keyed by kind, namespace and name. */
export async function podTemplates(cluster: Cluster): Promise<Map<string, string>> {
  const served = (await cluster.kubectl(["api-resources", "-o", "name"])).split("\n");
  const kinds = WORKLOADS.filter((kind) => served.includes(kind));
  const list = JSON.parse(
    await cluster.kubectl(["get", kinds.join(","), "--all-namespaces", "-o", "json"]),
  );
  return new Map(
    (list.items as WorkloadObject[]).map((object) => [
      `${object.kind} "${object.metadata.namespace}/${object.metadata.name}"`,
      JSON.stringify([object.metadata.uid, templateOf(object)]),
    ]),
  );
}

type WorkloadObject = KubeObject & { spec: { template?: unknown; leaderWorkerTemplate?: unknown } };

/**
 * Returns the pod template, without empty `resources` of containers. The webhook of Grove, which is not installed here,
 * adds them to each container in a PodCliqueSet.
 */
function templateOf({ spec: { template, leaderWorkerTemplate } }: WorkloadObject): unknown {
  const text = JSON.stringify(leaderWorkerTemplate ?? template);
  return JSON.parse(text, (key, value) => {
    const isEmpty = key === "resources" && Object.keys(value).length === 0;
    return isEmpty ? undefined : value;
  });
}

/** Returns a line for each object that was deleted or whose pod template has changed. */
export function changedTemplates(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  return [...before].flatMap(([name, template]) => {
    const now = after.get(name);
    if (now === template) return [];
    if (now === undefined) return [`${name}: deleted by the take-over`];
    return [
      `${name}: pod template changed by the take-over\n    before ${template}\n    after  ${now}`,
    ];
  });
}
