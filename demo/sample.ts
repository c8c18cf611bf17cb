/** The graph of the demo. The names are those in its manifest. */
export const SAMPLE = {
  /** Path from the root of the project. */
  file: "examples/sglang-disagg.yaml",
  graph: "chat",
  scaled: { service: "Decode", component: "chat-decode", from: 2, to: 4 },
  removed: { service: "Prefill" },
} as const;
