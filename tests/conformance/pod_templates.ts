// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import type { V1PodSpec } from "@kubernetes/client-node";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { canonicalJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { PlatformConfig } from "../../reconcile/dynamo/platform_config.ts";
import { type PodRole, serviceOf } from "../../reconcile/dynamo/service_input.ts";
import { componentManifest } from "../../reconcile/graph/component_manifest.ts";
import { groveNodes } from "../../reconcile/pod/frameworks/replica_nodes.ts";
import { podSpec } from "../../reconcile/pod/pod_spec.ts";

/** A recorded case: the manifest, and the objects that the Go operator created for it. */
interface RecordedCase {
  namespace: string;
  sample: string;
  objects: KubeObject[];
}

type PodCliqueSet = KubeObject & {
  spec: { template: { cliques: { name: string; spec: { podSpec: V1PodSpec } }[] } };
};

export interface TemplateComparison {
  compared: number;
  /** One line for each pod template that differs. */
  differences: string[];
}

/**
 * Compares the pods of all recorded PodCliqueSets with the pods that this operator plans for the same services. The
 * function needs no cluster, so it does not cover the defaults of the CRDs.
 */
export async function comparePodTemplates(
  folder: string,
  config: PlatformConfig,
): Promise<TemplateComparison> {
  const result: TemplateComparison = { compared: 0, differences: [] };
  for await (const { name: file } of Deno.readDir(`${folder}/expected/grove`)) {
    const recorded: RecordedCase = JSON.parse(
      await Deno.readTextFile(`${folder}/expected/grove/${file}`),
    );
    const sets = recorded.objects.filter(({ kind }) => kind === "PodCliqueSet") as PodCliqueSet[];
    const text = await Deno.readTextFile(`${folder}/cases/${recorded.sample}`);
    for (const set of sets) {
      const planned = podsOf(graphIn(text, set.metadata.name, recorded.namespace), config);
      for (const { name, spec } of set.spec.template.cliques) {
        result.compared++;
        const difference = firstDifference(comparable(spec.podSpec), comparable(planned.get(name)));
        if (difference) {
          result.differences.push(`${recorded.sample}, clique ${name}: ${difference}`);
        }
      }
    }
  }
  return result;
}

function graphIn(text: string, name: string, namespace: string): DynamoGraphDeployment {
  // compare.py makes the same changes: it removes the namespaces, and the dollar sign of each reference `${NAME}`.
  const manifests = parseAll(text.replace(/^(\s+)namespace:.*$/gm, "").replaceAll("${", "{"));
  const graph = (manifests as (KubeObject | null)[]).find((manifest) =>
    manifest?.kind === "DynamoGraphDeployment" && manifest.metadata.name === name
  );
  if (!graph) throw new Error(`Cannot find graph "${name}" in its manifest`);
  return { ...graph, metadata: { ...graph.metadata, namespace } } as DynamoGraphDeployment;
}

/** Returns the pods of all services of a graph, keyed by the names of their cliques. */
function podsOf(graph: DynamoGraphDeployment, config: PlatformConfig): Map<string, V1PodSpec> {
  const pods = new Map<string, V1PodSpec>();
  for (const [key, spec] of Object.entries(graph.spec.services ?? {})) {
    const service = serviceOf(componentManifest(graph, key, spec, config), graph.metadata.name);
    const roles: [PodRole, string][] = service.nodes > 1
      ? [["leader", "-ldr"], ["worker", "-wkr"]]
      : [["single", ""]];
    for (const [role, suffix] of roles) {
      const pod = podSpec({ ...service, role }, config, [], groveNodes);
      pods.set(`${key.toLowerCase()}${suffix}`, pod);
    }
  }
  return pods;
}

/**
 * Returns a pod as canonical JSON. Omits empty `resources`, and adds the default protocol to ports without a protocol.
 */
function comparable(pod: V1PodSpec | undefined): string {
  const containers = pod?.containers.map(({ resources, ports, ...container }) => ({
    ...container,
    ...(resources && Object.keys(resources).length > 0 && { resources }),
    ...(ports && { ports: ports.map((port) => ({ protocol: "TCP", ...port })) }),
  }));
  return canonicalJson({ ...pod, containers });
}

const CONTEXT = 60;

function firstDifference(want: string, got: string): string | undefined {
  if (want === got) return undefined;
  const at = [...want].findIndex((_, index) => want[index] !== got[index]);
  const part = (text: string) => text.slice(Math.max(0, at - CONTEXT), at + CONTEXT);
  return `want …${part(want)}…, got …${part(got)}…`;
}
