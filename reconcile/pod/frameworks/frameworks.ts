import type { Framework, FrameworkDefaults } from "./framework.ts";
import { vllm } from "./vllm.ts";

/** The defaults of each inference framework. Another one is a file beside this one, an entry here, and its name in framework.ts. */
export const frameworks: Readonly<Record<Framework, FrameworkDefaults>> = {
  vllm,
  sglang: {},
  trtllm: {},
  noop: {},
};
