import type { V1Container } from "@kubernetes/client-node";
import type { UserCommand } from "./framework.ts";
import { shellLine } from "./shell_words.ts";

/** Command-line flags of one pod of a multinode replica. */
export interface InjectedFlags {
  /**
   * Name of the framework, such as `vllm`. The name of the Python module that accepts the flags ends with this name.
   */
  framework: string;
  /** The flags as words of a shell command. They may contain shell expressions, such as `$LWS_LEADER_ADDRESS`. */
  inShell: readonly string[];
  /** The flags as arguments that no shell interprets; absent if they contain expressions that need a shell. */
  withoutShell?: readonly string[];
}

/**
 * Adds flags to the Python program that a container runs. A command that starts Python directly gets the flags as
 * additional arguments; if the flags need a shell, the command runs in a new shell. In any other container, the
 * function inserts the flags into the first argument that starts the framework. Without such an argument, the function
 * returns the container unchanged.
 */
export function injectFlags(
  container: V1Container,
  { framework, inShell, withoutShell }: InjectedFlags,
): V1Container {
  const { command = [], args = [] } = container;
  if (isPythonCommand(command)) {
    return withoutShell
      ? { ...container, args: [...args, ...withoutShell] }
      : inNewShell(container, `exec ${shellLine([...command, ...args])} ${inShell.join(" ")}`);
  }
  const changed = args.map((arg) => insertFlags(arg, framework, inShell.join(" ")));
  const first = changed.findIndex((arg, index) => arg !== args[index]);
  if (first < 0) return container;
  return { ...container, args: args.with(first, changed[first] ?? "") };
}

/** Returns whether {@linkcode injectFlags} can add flags to a command. */
export function acceptsFlags({ command = [], args = [] }: UserCommand, framework: string): boolean {
  return isPythonCommand(command) || args.some((arg) => insertFlags(arg, framework, "-") !== arg);
}

function inNewShell(container: V1Container, line: string): V1Container {
  return { ...container, command: ["sh", "-c"], args: [line] };
}

/** Returns whether a command starts Python directly, for example `/usr/bin/python3.11 -m dynamo.vllm`. */
export function isPythonCommand([program = ""]: readonly string[]): boolean {
  return /^(.*\/)?python\d*(\.\d+)*$/.test(program);
}

/**
 * Inserts flags into a shell script, in each command that starts the framework with Python. In such a command, the
 * flags follow the last word that contains the framework's name. A command ends at `|`, `&` or `;`.
 */
export function insertFlags(script: string, framework: string, flags: string): string {
  return script.split(/([|&;])/).map((part) => {
    const end = endOfCall(part, framework);
    return end === undefined ? part : `${part.slice(0, end)} ${flags}${part.slice(end)}`;
  }).join("");
}

/** Returns whether a shell command starts the framework with Python. */
export function callsFramework(command: string, framework: string): boolean {
  return endOfCall(command, framework) !== undefined;
}

/**
 * Returns the index after the last word that contains the framework's name; undefined if `python` does not precede this
 * word.
 */
function endOfCall(part: string, framework: string): number | undefined {
  const python = PYTHON.exec(part);
  const word = part.lastIndexOf(framework);
  if (!python || word < python.index + python[0].length) return undefined;
  const rest = part.slice(word);
  const length = rest.search(END_OF_WORD);
  return word + (length < 0 ? rest.length : length);
}

/**
 * Matches the end of a word: whitespace, or a backslash before a line break. The whitespace is the same as in Go's
 * regular expressions. JavaScript's `\s` matches more characters.
 */
const END_OF_WORD = /\\?[\t\n\f\r ]/;
const PYTHON = /python[0-9.]*[\t\n\f\r ]/;
