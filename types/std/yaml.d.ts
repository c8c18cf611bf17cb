export function parse(
  content: string,
  options?: { schema?: "core" | "default" | "failsafe" | "json" | "extended" },
): unknown;
export function stringify(
  data: unknown,
  options?: { lineWidth?: number; useAnchors?: boolean },
): string;
export function parseAll(
  content: string,
  options?: { schema?: "core" | "default" | "failsafe" | "json" | "extended" },
): unknown[];
