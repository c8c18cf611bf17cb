import type {
  V1CustomResourceDefinition,
  V1ManagedFieldsEntry,
  V1PolicyRule,
} from "@kubernetes/client-node";
import { PARTITION } from "../../crds/labels.ts";
import { ddbctlDpJobNames } from "../../crds/names.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isForbidden } from "../../kube/errors.ts";
import type { KubeObject, Typed } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import { resource } from "../../kube/resource.ts";
import { containsField, fieldElement, isFieldSet } from "../apply/field_set.ts";

const NAME = `${ddbctlDpJobNames.plural}.${ddbctlDpJobNames.group}`;

const definitions = resource<Typed<V1CustomResourceDefinition>>({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
});

/**
 * Permission to read the CRD of DdbctlDpJob. CRDs are cluster-scoped, so only a ClusterRole can grant this permission.
 */
export const definitionRule: V1PolicyRule = rule(
  definitions.group,
  [definitions.plural],
  ["get"],
  [NAME],
);

/** Interval between two reads of the CRD while its installation time is unknown, in milliseconds. */
const UNKNOWN_MS = 5_000;

/** Returns the {@linkcode definitionTime} of the CRD in the cluster; undefined if the time is unknown. */
export type ReadDefinitionTime = (signal: AbortSignal) => Promise<string | undefined>;

/**
 * Returns a function that reads the CRD from the API server and returns its {@linkcode definitionTime}. The function
 * caches the first known time, because a later read could only return a later, less exact time. If the time is unknown,
 * the function reads the CRD again only after a few seconds. This limits the number of requests if many objects need
 * the time.
 */
export function createDefinitionTimeReader(
  client: Pick<Client, "get">,
  clock: Pick<Clock, "now">,
): ReadDefinitionTime {
  let known: string | undefined;
  let nextReadMs = -Infinity;
  return async (signal) => {
    if (known !== undefined || clock.now() < nextReadMs) return known;
    try {
      known = definitionTime(await client.get(definitions, { name: NAME }, { signal }));
    } catch (error) {
      if (!isForbidden(error)) throw error;
    }
    nextReadMs = clock.now() + UNKNOWN_MS;
    return known;
  };
}

/**
 * Returns when this operator's CRD was installed; undefined if the CRD lacks the operator's annotation or its managed
 * fields. The creation time of the CRD can be too early: another program may have created the CRD, and the installation
 * of this operator then only updated it. Therefore, the function returns the earliest time at which a field manager
 * wrote the operator's annotation. This time is too late if all field managers wrote the annotation again later, but it
 * is never too early.
 */
export function definitionTime({ metadata }: KubeObject): string | undefined {
  const times = (metadata.managedFields ?? []).filter(ownsAnnotation)
    .map(({ time }) => time)
    .filter((time): time is string & Date => typeof time === "string");
  // Times in the API server's format can be sorted as text.
  return times.sort()[0];
}

function ownsAnnotation({ fieldsV1 }: V1ManagedFieldsEntry): boolean {
  const path = ["metadata", "annotations", PARTITION.definitionAnnotation].map(fieldElement);
  return isFieldSet(fieldsV1) && containsField(fieldsV1, path);
}
