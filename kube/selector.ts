import type { V1LabelSelector } from "@kubernetes/client-node";
import type { KubeObject } from "./object.ts";

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const SET = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;
const EXISTENCE = /^(!?)\s*([^\s!=,()]+)$/;

function parseRequirement(text: string): Requirement {
  const set = SET.exec(text);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    const inside = (labels: Labels) => key in labels && values.has(labels[key] ?? "");
    return operator === "in" ? inside : (labels) => !inside(labels);
  }
  const equality = EQUALITY.exec(text);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return (labels) => (labels[key] === value) === (operator !== "!=");
  }
  const existence = EXISTENCE.exec(text);
  if (existence) {
    const [, not, key = ""] = existence;
    return (labels) => (key in labels) === (not === "");
  }
  throw new Error(`Cannot parse label selector requirement "${text}"`);
}

/**
 * Parses a label selector of a list request: comma-separated `key=value`, `key!=value`, `key in (a, b)`,
 * `key notin (a)`, `key`, `!key`. Returns a function that matches labels. Throws if the selector is invalid.
 */
export function parseLabelSelector(selector: string): (labels: Labels | undefined) => boolean {
  const parts = selector.split(/,(?![^()]*\))/).map((part) => part.trim());
  const requirements = parts.filter((part) => part !== "").map(parseRequirement);
  return (labels = {}) => requirements.every((matches) => matches(labels));
}

/** Returns a label selector in the text form of list requests. */
export function labelSelectorText(
  { matchLabels = {}, matchExpressions = [] }: V1LabelSelector,
): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
  });
  return [...labels, ...expressions].join(",");
}

/** The objects that a list or watch includes. */
export interface ListScope {
  /** Namespace to list or watch; by default, all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

/**
 * Returns a function that tests whether a list or watch with this scope includes an object. The function
 * evaluates only the field selector `metadata.name=…`; every other field selector matches all objects.
 */
export function scopeMatcher(scope: ListScope): (object: KubeObject) => boolean {
  const labelsMatch = parseLabelSelector(scope.labelSelector ?? "");
  const name = /^metadata\.name==?([^,]+)$/.exec(scope.fieldSelector ?? "")?.[1];
  return ({ metadata }) =>
    (!scope.namespace || metadata.namespace === scope.namespace) &&
    (name === undefined || metadata.name === name) &&
    labelsMatch(metadata.labels);
}
