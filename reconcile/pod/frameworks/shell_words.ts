/**
 * Returns the elements of a command as one shell line. The function quotes an element if the shell would otherwise
 * change it. It does not quote variables, elements with several arguments, or elements that the user has already
 * quoted. The Go operator quotes nothing, so existing commands rely on the shell to interpret such elements.
 */
export function shellLine(elements: readonly string[]): string {
  return elements.map((element, index) => shellWord(element, elements[index - 1])).join(" ");
}

/** Returns a text in single quotes, which a shell reads as one literal word. */
export function singleQuoted(text: string): string {
  return `'${escapedForSingleQuotes(text)}'`;
}

/** Escapes a text for use inside single quotes in a shell line. */
export function escapedForSingleQuotes(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

/** Characters that a shell interprets in the middle of a word, other than `$`. */
const SPECIAL = /[\s'"`\\;&|<>()]/;
/** References that the kubelet or a shell expands: `$((…))`, `$(…)` and `${…}`. */
const EXPANSIONS = /\$\(\([^()]*\)\)|\$\([^()]*\)|\$\{[^{}]*\}/g;
/** A word that ends with a part in quotes, such as `--name='my model'`. */
const QUOTED_BY_USER = /^[^\s'"`\\;&|<>(){}[\]]*('[^']*'|"[^"`\\]*")$/;

function shellWord(element: string, previous: string | undefined): string {
  const isValue = previous !== undefined && /^--?[A-Za-z][^\s=]*$/.test(previous);
  if (element.trim() === "") return isValue ? singleQuoted(element) : element;
  if (QUOTED_BY_USER.test(element) || isArgumentLine(element, isValue)) return element;
  const text = element.trim().replaceAll(EXPANSIONS, "");
  const isSpecial = SPECIAL.test(text) || text.startsWith("#") || text === "*";
  return isSpecial ? singleQuoted(element) : element;
}

/**
 * Returns whether an element of a command contains several arguments, such as `--model m`, which a shell must split.
 */
function isArgumentLine(element: string, isValue: boolean): boolean {
  const words = element.trim().split(/\s+/);
  if (words.length === 1 || /^[[{]/.test(element)) return false;
  const continuesValue = words.some((word, index) =>
    !word.startsWith("-") && /^--?[^=]+=/.test(words[index - 1] ?? "")
  );
  if (continuesValue) return false;
  return !isValue || words.some((word) => /^--?[A-Za-z]/.test(word));
}

const SHELL = /^(.*\/)?(ba|da|a|k|z)?sh$/;

/** Returns the index of the script in a command such as `sh -c SCRIPT`; undefined if the command runs no script. */
export function scriptIndex([program = "", ...rest]: readonly string[]): number | undefined {
  if (!SHELL.test(program)) return undefined;
  const option = rest.findIndex((element) =>
    !element.startsWith("-") || /^-[A-Za-z]*c$/.test(element)
  );
  return rest[option]?.startsWith("-") ? option + 2 : undefined;
}
