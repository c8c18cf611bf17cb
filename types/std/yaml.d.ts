export function parse(content: string): unknown;
export function stringify(
  data: unknown,
  options?: { lineWidth?: number; useAnchors?: boolean },
): string;
export function parseAll(content: string): unknown[];
