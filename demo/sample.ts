/** The graph of the demo, and the names of objects and services in its manifest. */
export const SAMPLE = {
  /** Path of the manifest from the root of the project. */
  file: "examples/sglang-disagg.yaml",
  graph: "chat",
  scaled: { service: "Decode", component: "chat-decode", from: 2, to: 4 },
  removed: { service: "Prefill" },
} as const;
