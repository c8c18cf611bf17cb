/**
 * Returns the path of each manifest field that is missing or different in the stored object. A tool such as Argo CD
 * permanently reports these fields as differences. Ignores fields that the API server adds.
 */
export function changedFields(sent: unknown, stored: unknown, path = ""): string[] {
  if (isContainer(sent) && isContainer(stored) && Array.isArray(sent) === Array.isArray(stored)) {
    const [from, to] = [new Map(Object.entries(sent)), new Map(Object.entries(stored))];
    // An item that the API server adds to a list is a change, unlike a field that the API server adds to an object.
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
