/** Full stops after these do not end a sentence. */
const ABBREVIATIONS = /(?:\b(?:e\.g|i\.e|etc|vs|cf|incl|approx|eg|ie))\.$/i;

/** "Required." or "Deprecated." alone says nothing; the sentence after it is taken too. */
const LONGEST_HEADWORD = 12;

/**
 * Shortens a description of the Kubernetes API to its first sentence, so that a whole PodSpec fits
 * into a manifest which `kubectl apply` can still keep in its annotation (262,144 bytes).
 *
 * A sentence ends at a full stop followed by white space and anything but a lower-case letter. Text
 * without such a place is returned whole, with its white space folded.
 */
export function firstSentence(description: string): string {
  const [beforeEnumTable = ""] = description.split(/\n\s*Possible enum values:/);
  const [firstParagraph = ""] = beforeEnumTable.trim().split(/\n\s*\n/);
  const text = firstParagraph.replaceAll(/\s+/g, " ").trim();
  for (const match of text.matchAll(/\.(?= [^a-z])/g)) {
    const candidate = text.slice(0, match.index + 1);
    if (candidate.length > LONGEST_HEADWORD && !ABBREVIATIONS.test(candidate)) return candidate;
  }
  return text;
}
