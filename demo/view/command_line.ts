const SAFE = /^[\w@%+=:,./*-]+$/;

/** A word as a POSIX shell reads it back. */
export function shellQuote(word: string): string {
  // A shell would expand a lone star.
  if (SAFE.test(word) && !word.includes("*")) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command as lines that can be pasted into a shell: all but the last end with a backslash, all but the first are
 * indented. Lines have at most `columns` characters, but words are never broken, a short flag stays with its value
 * and the first word with the second.
 */
export function commandLines(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, unit] of unitsOf(words).entries()) {
    if (index === 0) line = unit;
    else if (index === 1 || line.length + unit.length + 3 <= columns) line += ` ${unit}`;
    else {
      lines.push(`${line} \\`);
      line = `  ${unit}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

function unitsOf(words: readonly string[]): string[] {
  const units: string[] = [];
  let flag = "";
  for (const word of words) {
    if (/^-\w$/.test(word)) flag += `${word} `;
    else {
      units.push(flag + shellQuote(word));
      flag = "";
    }
  }
  return flag === "" ? units : [...units, flag.trimEnd()];
}
