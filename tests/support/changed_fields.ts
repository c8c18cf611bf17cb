/**
 * Returns the paths of the fields of a manifest that the stored object lacks or has with another value. A tool that
 * compares the two, such as Argo CD, always reports these fields. Fields that the API server adds do not count.
 */
export function changedFields(sent: unknown, stored: unknown, path = ""): string[] {
  if (isContainer(sent) && isContainer(stored) && Array.isArray(sent) === Array.isArray(stored)) {
    const [from, to] = [new Map(Object.entries(sent)), new Map(Object.entries(stored))];
    // The function compares every item of a list, so an item that the API server adds is a change.
    const added = Array.isArray(sent) && to.size > from.size ? [`${path}[${from.size}]`] : [];
    const inside = [...from].flatMap(([key, value]) =>
      changedFields(value, to.get(key), Array.isArray(sent) ? `${path}[${key}]` : `${path}.${key}`)
    );
    return [...inside, ...added];
  }
  return sent === stored ? [] : [path];
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
