import type { Framework, FrameworkDefaults } from "./framework.ts";
import { vllm } from "./vllm.ts";

/** The defaults of each inference framework. */
export const frameworks: Readonly<Record<Framework, FrameworkDefaults>> = {
  vllm,
  sglang: {},
  trtllm: {},
  noop: {},
};
