// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";

/** A scalar without quotes that YAML 1.1 parsers (such as kubectl's) and YAML 1.2 parsers read as different values. */
export interface AmbiguousScalar {
  text: string;
  /** Position of the scalar's first character in the file. */
  index: number;
  /** Line of the scalar in the file, from 1. */
  line: number;
}

/** Words that are booleans in YAML 1.1, and text in YAML 1.2. */
const BOOLEANS = ["y", "n", "yes", "no", "on", "off"].flatMap((word) => [
  word,
  word.charAt(0).toUpperCase() + word.slice(1),
  word.toUpperCase(),
]);
const NUMBERS = [
  "[-+]?0[0-9_]+(?:\\.[0-9_]*)?",
  "0o[0-7]+",
  "[-+]?0b[01_]+",
  "[-+]?[1-9][0-9]*(?:_[0-9]+)+",
  "[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?",
];
const CANDIDATE = new RegExp(
  `(?<=^|[\\s,[{])(?:${[...new Set(BOOLEANS), ...NUMBERS].join("|")})(?=$|[\\s,\\]}]|:\\s|:$)`,
  "gm",
);
/**
 * First number that {@linkcode ambiguousScalars} inserts in place of a word. Manifests do not contain integers this
 * large, and JavaScript represents them exactly.
 */
const FIRST_MARKER = 9_000_000_000_000_000;

/**
 * Returns the ambiguous scalars of a YAML file. Only a parser can distinguish the scalar `on` from the same word in a
 * longer text. So the function replaces each candidate word with a number, parses the YAML, and searches the values for
 * these numbers.
 */
export function ambiguousScalars(yaml: string): AmbiguousScalar[] {
  const candidates = [...yaml.matchAll(CANDIDATE)];
  if (candidates.length === 0) return [];
  let marker = FIRST_MARKER;
  let values: unknown[];
  try {
    values = parseAll(yaml.replaceAll(CANDIDATE, () => String(marker++)), { schema: "core" });
  } catch {
    // The YAML is invalid, or a word has a tag such as `!!bool`, which does not accept a number. `parseManifests` also
    // parses the file, and reports invalid YAML.
    return [];
  }
  const found = new Set<number>();
  for (const value of values) collectMarkers(value, found);
  return candidates.flatMap(({ 0: text, index }, at) => {
    if (!found.has(FIRST_MARKER + at)) return [];
    return [{ text, index, line: yaml.slice(0, index).split("\n").length }];
  });
}

/** Returns the YAML text with quotes around the ambiguous scalars, so that all parsers read them as text. */
export function quoteAmbiguousScalars(yaml: string): string {
  let quoted = "";
  let end = 0;
  for (const { text, index } of ambiguousScalars(yaml)) {
    quoted += `${yaml.slice(end, index)}"${text}"`;
    end = index + text.length;
  }
  return quoted + yaml.slice(end);
}

function collectMarkers(value: unknown, found: Set<number>) {
  if (typeof value === "number" && value >= FIRST_MARKER) found.add(value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (Number(key) >= FIRST_MARKER) found.add(Number(key));
    collectMarkers(member, found);
  }
}
