import type { Framework, FrameworkDefaults } from "./framework.ts";
import { sglang } from "./sglang.ts";
import { trtllm } from "./trtllm.ts";
import { vllm } from "./vllm.ts";

/** Defaults of each inference framework. docs/contributing.md lists the steps that a new framework requires. */
export const frameworks: Readonly<Record<Framework, FrameworkDefaults>> = {
  vllm,
  sglang,
  trtllm,
  noop: {},
};
