import type { Framework, FrameworkDefaults } from "./framework.ts";
import { vllm } from "./vllm.ts";

/** Defaults of each inference framework. A new one needs a file in this folder and an entry here; docs/contributing.md lists the rest. */
export const frameworks: Readonly<Record<Framework, FrameworkDefaults>> = {
  vllm,
  sglang: {},
  trtllm: {},
  noop: {},
};
