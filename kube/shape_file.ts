import type { Shape } from "./shape.ts";

/** A {@linkcode Shape} in a generated file. `type` names a shape in `types`, so that each type is stored once. */
export interface StoredShape extends Omit<Shape, "fields" | "each"> {
  readonly type?: string;
  readonly fields?: Readonly<Record<string, StoredShape>>;
  readonly each?: StoredShape;
}

/** Content of a generated shape file. A {@linkcode Shape} describes how the API server merges and stores a field. */
export interface ShapeFile {
  /** Shapes of the named types of an OpenAPI document. */
  readonly types?: Readonly<Record<string, StoredShape>>;
  /** Shapes of whole objects, keyed by `apiVersion/kind`. */
  readonly kinds: Readonly<Record<string, StoredShape>>;
}

/** Facts about a type that are missing from its OpenAPI schema, such as the default values of fields. */
export interface ShapeFacts
  extends Pick<Shape, "quantity" | "zeroMeansDefault" | "filledIn" | "emptyCounts"> {
  readonly fields?: Readonly<Record<string, ShapeFacts>>;
  readonly each?: ShapeFacts;
}

/**
 * Returns the {@linkcode Shape} of each kind in a generated file, keyed by `apiVersion/kind`.
 *
 * @param facts facts to add to the shapes, keyed by the name of a type or kind in the file
 */
export function readShapes(
  { types = {}, kinds }: ShapeFile,
  facts: Readonly<Record<string, ShapeFacts>> = {},
): ReadonlyMap<string, Shape> {
  const typeShapes = new Map<string, Shape>();
  const typeShape = (type: string): Shape => {
    let shape = typeShapes.get(type);
    if (!shape) {
      shape = withFacts(resolve(types[type] ?? {}), facts[type]);
      typeShapes.set(type, shape);
    }
    return shape;
  };
  const resolve = ({ type, fields, each, ...rest }: StoredShape): Shape =>
    type !== undefined ? typeShape(type) : {
      ...rest,
      ...(fields && { fields: mapValues(fields, resolve) }),
      ...(each && { each: resolve(each) }),
    };
  return new Map(
    Object.entries(kinds).map(([name, stored]) => [name, withFacts(resolve(stored), facts[name])]),
  );
}

function withFacts(shape: Shape, facts: ShapeFacts | undefined): Shape {
  if (!facts) return shape;
  const { fields = {}, each, ...own } = facts;
  const merged = mapValues(fields, (inner, name) => withFacts(shape.fields?.[name] ?? {}, inner));
  return {
    ...shape,
    ...own,
    ...(facts.fields && { fields: { ...shape.fields, ...merged } }),
    ...(each && { each: withFacts(shape.each ?? {}, each) }),
  };
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  );
}
