export function bold(str: string): string;
export function cyan(str: string): string;
export function dim(str: string): string;
export function green(str: string): string;
export function red(str: string): string;
export function setColorEnabled(value: boolean): void;
