import { ANNOTATIONS } from "../../crds/labels.ts";
import { canonicalJson, isJsonObject, sameJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import {
  type CliqueTemplate,
  type PodCliqueSet,
  podCliqueSets,
} from "../../kube/optional_kinds.ts";
import { driftFromPlan } from "../apply/drift.ts";
import { sha256Hex } from "../dynamo/names.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import {
  discoveredPullSecrets,
  isDiscoveryDisabled,
  namedPullSecrets,
  type PullSecret,
} from "../pod/pull_secrets.ts";
import { cliqueNames } from "./names.ts";
import type { GroveService } from "./service.ts";

const HASH_DIGITS = 16;

/** The pull Secrets that the operator found for a service, and the hash of the service's pod templates. */
export interface PullSecretRecord {
  pullSecrets: string[];
  /** Hash of the pod templates without the discovered pull Secrets. The hash changes only if the spec changes. */
  specHash: string;
}

/** The pull Secrets of each service of a graph, keyed by the service name in lower case. */
export type PullSecretRecords = Readonly<Record<string, PullSecretRecord>>;

/** Input of {@link stablePullSecrets}. */
export interface StablePullSecrets {
  service: GroveService;
  config: PlatformConfig;
  /** The stored PodCliqueSet; undefined if there is none, or if it is being replaced. */
  stored: PodCliqueSet | undefined;
  /** All pull Secrets in the namespace. */
  existing: readonly PullSecret[];
  /** Whether a pod of the service is ready. A ready pod proves that the stored pull Secrets are sufficient. */
  hasReadyPod: boolean;
  /** Returns the cliques of the service with these pull Secrets. */
  render(pullSecrets: readonly string[]): CliqueTemplate[];
}

/**
 * Returns the pull Secrets for the pod templates of a service. Keeps the stored pull Secrets until a change to the spec
 * changes the templates. Therefore, no running pod restarts when a Secret is created, deleted or rotated. If no pod of
 * the service is ready, a missing pull Secret may be the cause. If there is a new pull Secret, the function then
 * returns the pull Secrets that exist now.
 */
export function stablePullSecrets(input: StablePullSecrets): PullSecretRecord {
  const { service, stored, existing, hasReadyPod, render } = input;
  const specHash = sha256Hex(canonicalJson(podTemplatesOf(render([]))), HASH_DIGITS);
  const current = discoveredPullSecrets(service.input, existing);
  const kept = stored && keptPullSecrets(input, stored, specHash);
  const isMissingOne = current.some((name) => !kept?.includes(name));
  const pullSecrets = kept && (hasReadyPod || !isMissingOne) ? kept : current;
  return { pullSecrets, specHash };
}

/** Returns the pull Secrets of the stored templates; undefined if a changed spec needs new templates. */
function keptPullSecrets(
  { service, config, render }: StablePullSecrets,
  stored: PodCliqueSet,
  specHash: string,
): string[] | undefined {
  const names = cliqueNames(service).cliques;
  const cliques = names.flatMap((name) =>
    stored.spec?.template?.cliques?.find((clique) => clique.name === name) ?? []
  );
  if (cliques.length < names.length) return undefined;
  const recorded = recordsOf(stored)[service.key.toLowerCase()];
  const isDiscovering = config.pullSecretDiscovery && !isDiscoveryDisabled(service.input.spec);
  const before = recorded?.pullSecrets ?? unnamedSecrets(service, cliques);
  const kept = isDiscovering ? before : [];
  const isUnchanged = recorded ? recorded.specHash === specHash : isSame(render(kept), cliques);
  return isUnchanged ? kept : undefined;
}

/**
 * Returns the names of the pull Secrets that the operator added to the first stored clique, in stored order. These are
 * all pull Secrets that the user's spec does not name.
 */
function unnamedSecrets(
  { input: { spec } }: GroveService,
  [first]: readonly CliqueTemplate[],
): string[] {
  const named = namedPullSecrets(spec);
  return secretNames(first).filter((name) => !named.has(name));
}

function secretNames(clique: CliqueTemplate | undefined): string[] {
  return (clique?.spec.podSpec.imagePullSecrets ?? []).flatMap(({ name }) => name ? [name] : []);
}

function podTemplatesOf(cliques: readonly CliqueTemplate[]): unknown {
  return cliques.map((
    { labels, annotations, spec: { podSpec } },
  ) => [labels, annotations, podSpec]);
}

/** Returns whether stored cliques have the planned pod templates. Ignores the defaults that Grove sets. */
function isSame(planned: readonly CliqueTemplate[], stored: readonly CliqueTemplate[]): boolean {
  const setOf = (cliques: readonly CliqueTemplate[]): KubeObject => ({
    apiVersion: podCliqueSets.apiVersion,
    kind: podCliqueSets.kind,
    metadata: { name: "" },
    ...{ spec: { template: { cliques } } },
  });
  const planOf = { resource: podCliqueSets, manifest: setOf(planned) };
  return planned.every((clique, index) =>
    sameJson(secretNames(clique), secretNames(stored[index]))
  ) && driftFromPlan(planOf, setOf(stored)).length === 0;
}

/** Returns the annotation of a PodCliqueSet that stores the pull Secrets of all services. */
export function recordAnnotation(records: PullSecretRecords): Record<string, string> {
  return { [ANNOTATIONS.podTemplateInputs]: canonicalJson(records) };
}

/**
 * Returns the pull Secrets in the annotation of a PodCliqueSet, keyed by service. Omits invalid entries. A PodCliqueSet
 * of the Go operator lacks the annotation.
 */
function recordsOf({ metadata }: PodCliqueSet): Partial<PullSecretRecords> {
  let value: unknown;
  try {
    value = JSON.parse(metadata.annotations?.[ANNOTATIONS.podTemplateInputs] ?? "{}");
  } catch {
    return {};
  }
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, PullSecretRecord] =>
      isRecord(entry[1])
    ),
  );
}

function isRecord(value: unknown): value is PullSecretRecord {
  return isJsonObject(value) && typeof value["specHash"] === "string" &&
    Array.isArray(value["pullSecrets"]) &&
    value["pullSecrets"].every((name) => typeof name === "string");
}
