// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import { withDefaults } from "../../crds/parse/parse_manifest.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refKey, refOf } from "../../reconcile/apply/execution.ts";
import { PLAN_HASH } from "../../reconcile/apply/plan_hash.ts";
import { quoteAmbiguousScalars } from "./ambiguous_scalars.ts";
import { clusterOfManifests, isServed } from "./cluster_of_manifests.ts";
import { type ManifestFile, parseManifests, readFiles } from "./manifests.ts";
import type { RenderOptions } from "./options.ts";
import { type ParentPlan, planParents } from "./plan_parents.ts";

const DEFAULT_NAMESPACE = "default";

/**
 * Prints the manifests that the operator would apply for the files, as YAML. Throws an `Error` for an invalid manifest.
 */
export async function printManifests(options: RenderOptions): Promise<void> {
  const { yaml, warnings } = await renderManifests(await readFiles(options.files), options);
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  if (yaml) console.log(yaml.trimEnd());
}

/**
 * Returns the manifests that an operator with these options would apply for the files, as YAML. Omits owner references
 * and the hash of the plan, because they depend on the cluster.
 *
 * @throws {Error} if a manifest is invalid or a child cannot be planned. The message has one line for each problem and
 *   each warning
 */
export async function renderManifests(
  files: readonly ManifestFile[],
  { namespace, orchestrator, platform }: Pick<
    RenderOptions,
    "namespace" | "orchestrator" | "platform"
  >,
): Promise<{ yaml: string; warnings: string[] }> {
  const inNamespace = namespace || DEFAULT_NAMESPACE;
  const manifests = parseManifests(files, inNamespace);
  failWith(manifests.problems, manifests.warnings);
  const plans = await planParents({
    platform,
    requests: true,
    serves: (resource) => Promise.resolve(isServed(resource, orchestrator)),
    load: clusterOfManifests(manifests, { platform, orchestrator, namespace: inNamespace }),
    stored: withDefaults,
  });
  const warnings = [...manifests.warnings, ...plans.flatMap(warningsOf)];
  failWith(plans.flatMap(problemsOf), warnings);
  return { yaml: toYaml(plans), warnings };
}

function failWith(problems: readonly string[], warnings: readonly string[]) {
  if (problems.length === 0) return;
  // The error includes the warnings, because a warning may explain a problem. For example, `render` reads `on` as text,
  // but the user meant a boolean.
  throw new Error([...problems, ...warnings.map((text) => `Warning: ${text}`)].join("\n"));
}

function problemsOf({ parent, problems }: ParentPlan): string[] {
  return problems.map((problem) => `${describeRef(refOf(parent))}: ${problem}`);
}

/**
 * Returns the warnings about a graph, request or standalone component. Returns no warnings for a component of a graph,
 * because the plan of the graph already contains them.
 */
function warningsOf({ parent, graph, warnings, paused }: ParentPlan): string[] {
  if (graph) return [];
  const name = describeRef(refOf(parent));
  return [
    ...(paused ? [`${name} is paused: the operator writes only its status`] : []),
    ...warnings.map((warning) => `${name}: ${warning}`),
  ];
}

function toYaml(plans: readonly ParentPlan[]): string {
  const manifests = plans.flatMap(({ steps }) => steps).flatMap(({ decision }) =>
    "manifest" in decision ? [decision.manifest] : []
  );
  // Several graphs or components may need the same object, such as the Service of a model. The output contains it once.
  const once = new Map(manifests.map((manifest) => [refKey(refOf(manifest)), manifest]));
  const texts = [...once.values()].map((manifest) =>
    stringify(withoutBookkeeping(manifest), { lineWidth: -1, useAnchors: false })
  );
  return quoteAmbiguousScalars(texts.join("---\n"));
}

/** Returns the manifest without fields that depend on stored objects: owners, UID, resourceVersion and plan hash. */
function withoutBookkeeping(manifest: KubeObject): KubeObject {
  const {
    ownerReferences: _owners,
    uid: _uid,
    resourceVersion: _version,
    annotations = {},
    ...rest
  } = manifest.metadata;
  const { [PLAN_HASH]: _hash, ...kept } = annotations;
  const metadata = { ...rest, ...(Object.keys(kept).length > 0 && { annotations: kept }) };
  return { ...manifest, metadata };
}
