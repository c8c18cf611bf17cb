// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { firstSentence } from "./first_sentence.ts";

Deno.test("a description is shortened to its first sentence", () => {
  assertEquals(
    firstSentence("Name of the volume. Must be a DNS_LABEL. More info: https://example.com"),
    "Name of the volume.",
  );
});

Deno.test("a description without a full stop is kept, on one line", () => {
  assertEquals(firstSentence("  The Secret to\n select from "), "The Secret to select from");
});

Deno.test("full stops of abbreviations, versions and addresses do not end a sentence", () => {
  const text = "Driver to use, e.g. Flannel v1.2 (see https://k8s.io/docs.html), etc. if any.";
  assertEquals(firstSentence(`${text} The rest.`), text);
});

Deno.test("a very short sentence is kept together with the next one", () => {
  assertEquals(
    firstSentence("Deprecated. It was replaced by fieldRef. Do not use."),
    "Deprecated. It was replaced by fieldRef.",
  );
});

Deno.test("later paragraphs and tables of enum values are omitted", () => {
  assertEquals(
    firstSentence('Protocol for port\n\nPossible enum values:\n - `"TCP"` is TCP.'),
    "Protocol for port",
  );
  assertEquals(firstSentence("One paragraph\n\nAnother paragraph."), "One paragraph");
});
