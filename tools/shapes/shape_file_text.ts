import type { ShapeFile } from "../../kube/shape_file.ts";

/** Returns the JSON text of a generated file of shapes (how the API server merges and stores the fields of a kind). */
export function shapeFileText(file: ShapeFile): string {
  const sections = Object.entries(file).map(([section, shapes]) => {
    const lines = Object.entries(shapes).map(([name, shape]) =>
      `${JSON.stringify(name)}: ${JSON.stringify(shape)}`
    );
    return `${JSON.stringify(section)}: {\n${lines.join(",\n")}\n}`;
  });
  return `{\n${sections.join(",\n")}\n}\n`;
}
