/** The graph of the story and what is done to it; the names are those in the file. */
export const SAMPLE = {
  /** Path from the root of the project. */
  file: "examples/sglang-disagg.yaml",
  graph: "chat",
  scaled: { service: "Decode", component: "chat-decode", from: 2, to: 4 },
  removed: { service: "Prefill", component: "chat-prefill" },
} as const;
