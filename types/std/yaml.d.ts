export function parse(content: string): unknown;
export function stringify(data: unknown, options?: { lineWidth?: number }): string;
export function parseAll(content: string): unknown[];
