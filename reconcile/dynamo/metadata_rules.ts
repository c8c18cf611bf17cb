import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { StringMap } from "./child_metadata.ts";
import { isDnsSubdomain } from "./object_names.ts";
import { PlanError } from "./problem.ts";
import type { Warning } from "./warning.ts";

const MAX_LENGTH = 63;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/**
 * Checks the labels and annotations that the operator copies from a component to its workload. The schema of a custom
 * resource accepts all keys and values, but the API server refuses children with invalid labels or annotations. See
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 *
 * @throws {PlanError} for the first invalid key or value
 */
export function checkMetadata({ labels, annotations, extraPodMetadata }: ComponentSpec) {
  const [fault] = [
    ...labelFaults("labels", labels),
    ...annotationFaults("annotations", annotations),
    ...labelFaults("extraPodMetadata.labels", extraPodMetadata?.labels),
    ...annotationFaults("extraPodMetadata.annotations", extraPodMetadata?.annotations),
  ];
  if (fault) throw new PlanError(fault.field, fault.message);
}

/** An invalid label or annotation. */
export interface Fault extends Warning {
  key: string;
}

/** Returns warnings about invalid labels, which the operator leaves out. */
export function labelWarnings(field: string, labels: StringMap | undefined): Warning[] {
  return labelFaults(field, labels).map(asWarning);
}

/** Returns warnings about invalid annotations, which the operator leaves out. */
export function annotationWarnings(field: string, annotations: StringMap | undefined): Warning[] {
  return annotationFaults(field, annotations).map(asWarning);
}

/** Returns the valid labels. */
export function validLabels(labels: StringMap = {}): StringMap {
  return without(labels, labelFaults("", labels));
}

/** Returns the valid annotations. */
export function validAnnotations(annotations: StringMap = {}): StringMap {
  return without(annotations, annotationFaults("", annotations));
}

/** Checks the value of a label. Throws a {@link PlanError} if it is invalid. */
export function checkLabelValue(field: string, value: string) {
  const message = valueFault(value);
  if (message) throw new PlanError(field, message);
}

function asWarning({ field, message }: Fault): Warning {
  return { field, message: `is left out: ${message}` };
}

function without(map: StringMap, faults: readonly Fault[]): StringMap {
  const keys = new Set(faults.map(({ key }) => key));
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.has(key)));
}

/** Returns the invalid labels, sorted by key. */
export function labelFaults(field: string, labels: StringMap = {}): Fault[] {
  return Object.keys(labels).sort().flatMap((key) => {
    const ofValue = valueFault(labels[key] ?? "");
    const message = keyFault(key) ?? (ofValue && `${ofValue}, or set an annotation instead`);
    return message ? [{ key, field: `${field}[${key}]`, message }] : [];
  });
}

/** Returns the invalid annotations, sorted by key. */
export function annotationFaults(field: string, annotations: StringMap = {}): Fault[] {
  return Object.keys(annotations).sort().flatMap((key) => {
    const message = keyFault(key);
    return message ? [{ key, field: `${field}[${key}]`, message }] : [];
  });
}

function valueFault(value: string): string | undefined {
  if (value === "" || isName(value)) return undefined;
  return `"${value}" is not a valid label value: use at most ${MAX_LENGTH} letters, digits, "-", "_" and ` +
    `".", with a letter or digit at both ends`;
}

function keyFault(key: string): string | undefined {
  const [name = "", prefix, ...rest] = key.split("/").reverse();
  const isPrefixed = prefix === undefined || isDnsSubdomain(prefix);
  if (rest.length === 0 && isPrefixed && isName(name)) return undefined;
  return `"${key}" is not a valid key: use a key such as team or example.com/team`;
}

function isName(text: string): boolean {
  return text.length <= MAX_LENGTH && NAME.test(text);
}
