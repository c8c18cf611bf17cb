// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type BuildProgress, durationText, progressText } from "./progress_text.ts";

const progress: BuildProgress = {
  program: "kube-apiserver v1.35.4",
  position: 4,
  programs: 7,
  step: "compiling",
  done: 312,
  total: 1204,
  elapsedSeconds: 65,
  usualSeconds: 240,
};

Deno.test("a line contains the program, its progress and its usual duration", () => {
  assertEquals(
    progressText(progress),
    "[4/7] kube-apiserver v1.35.4: compiled 312 of 1204 packages, 1m05s, usually 4m00s",
  );
  assertEquals(
    progressText({ ...progress, step: "downloading", done: 17, total: 0, elapsedSeconds: 4 }),
    "[4/7] kube-apiserver v1.35.4: downloaded 17 modules, 4s, usually 4m00s",
  );
});

Deno.test("durations under a minute are in seconds", () => {
  assertEquals([0, 59.4, 59.6, 600].map(durationText), ["0s", "59s", "1m00s", "10m00s"]);
});
