import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "./problem.ts";

const MAX_LENGTH = 63;
const MAX_PREFIX_LENGTH = 253;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Checks the labels and annotations of a component, which the operator copies to its children. The schema of a custom
 * resource accepts all keys and values, but the API server refuses children with invalid ones. See
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 *
 * @throws {PlanError} for the first invalid key or value
 */
export function checkMetadata({ labels, annotations, ingress, extraPodMetadata }: ComponentSpec) {
  checkLabels("labels", labels);
  checkKeys("annotations", annotations);
  checkLabels("extraPodMetadata.labels", extraPodMetadata?.labels);
  checkKeys("extraPodMetadata.annotations", extraPodMetadata?.annotations);
  checkLabels("ingress.labels", ingress?.labels);
  checkKeys("ingress.annotations", ingress?.annotations);
}

function checkLabels(field: string, labels: Record<string, string> = {}) {
  checkKeys(field, labels);
  for (const [key, value] of Object.entries(labels)) {
    checkLabelValue(`${field}[${key}]`, value, ", or set an annotation instead");
  }
}

/** Checks the value of a label. Throws a {@link PlanError} if no object can have it; `alternative` ends the message. */
export function checkLabelValue(field: string, value: string, alternative = "") {
  if (value === "" || isName(value)) return;
  throw new PlanError(
    field,
    `"${value}" is not a label value: use at most ${MAX_LENGTH} letters, digits, "-", "_" and ` +
      `".", with a letter or digit at both ends${alternative}`,
  );
}

function checkKeys(field: string, map: Record<string, string> = {}) {
  for (const key of Object.keys(map)) {
    const [name = "", prefix, ...rest] = key.split("/").reverse();
    const isPrefixed = prefix === undefined ||
      (prefix.length <= MAX_PREFIX_LENGTH && DNS_SUBDOMAIN.test(prefix));
    if (rest.length === 0 && isPrefixed && isName(name)) continue;
    throw new PlanError(
      `${field}[${key}]`,
      `"${key}" is not a valid key: use a key such as team or example.com/team`,
    );
  }
}

function isName(text: string): boolean {
  return text.length <= MAX_LENGTH && NAME.test(text);
}
