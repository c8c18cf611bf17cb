import { isWebhookDenial, isWebhookUnavailable } from "../../kube/errors.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import { describeRef, describeWriteError, type WriteError } from "../apply/execution.ts";

/**
 * Maximum length in characters of a message that quotes a refusal by Grove. A refusal can be long, because Grove lists
 * each fault of each clique.
 */
const MAX_REFUSAL = 600;

/** Returns whether the object of a failed write is a PodCliqueSet. */
export function isAboutPodCliqueSet({ ref }: WriteError): boolean {
  return ref.kind === podCliqueSets.kind;
}

/** Returns whether the API server refused the PodCliqueSet because the admission webhook of Grove did not respond. */
export function isGroveUnavailable(failure: WriteError): boolean {
  return isAboutPodCliqueSet(failure) && isWebhookUnavailable(failure.error);
}

/**
 * Describes a failed write in one line. Removes repeated faults, because Grove's refusal can contain the same fault
 * four times for each clique.
 */
export function describeGroveError(failure: WriteError): string {
  const text = describeWriteError(failure);
  if (isGroveUnavailable(failure)) {
    return `Grove does not respond, so the operator cannot write ${describeRef(failure.ref)}: ` +
      `check that the operator of Grove runs (${text.slice(text.indexOf(": ") + 2)})`;
  }
  if (!isAboutPodCliqueSet(failure) || !isWebhookDenial(failure.error)) return text;
  return shortened(withoutRepetition(text));
}

/** Removes repeated items from the list in a message: `[a, b, a]` becomes `[a, b]`. */
function withoutRepetition(text: string): string {
  const [, before = "", list = "", after = ""] = /^(.*?\[)(.*)(\][^\]]*)$/s.exec(text) ?? [];
  if (list === "") return text;
  const faults = list.split(/, (?=spec\.|metadata\.)/);
  return before + [...new Set(faults)].join(", ") + after;
}

function shortened(text: string): string {
  return text.length > MAX_REFUSAL ? `${text.slice(0, MAX_REFUSAL - 1)}…` : text;
}
