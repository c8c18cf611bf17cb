export function closestString(givenWord: string, possibleWords: readonly string[]): string;
export function toKebabCase(input: string): string;
