/** Abbreviations whose full stop does not end a sentence. */
const ABBREVIATIONS = /(?:\b(?:e\.g|i\.e|etc|vs|cf|incl|approx|eg|ie))\.$/i;

/** If the first sentence has at most this many characters ("Required."), `firstSentence` also returns the second. */
const LONGEST_HEADWORD = 12;

/**
 * Returns the first sentence of a description of the Kubernetes API. `kubectl apply` stores the manifest in an
 * annotation of at most 262,144 bytes. A CRD with the full descriptions of a PodSpec exceeds this limit.
 *
 * A sentence ends at a full stop if white space and a character other than a lower-case letter follow. The function
 * replaces each sequence of white space by one space.
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
