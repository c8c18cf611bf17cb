import type { Rule } from "../fields/rules.ts";

/** The shape with the four fields at the top. */
const FLAT =
  "(has(self.tableName) || has(self.partitionValue) || has(self.awsRegion) || has(self.endpointURL))";

/** All fields but `suspend` and `ttlSecondsAfterFinished`. */
const IMMUTABLE = [
  "tableName",
  "partitionValue",
  "awsRegion",
  "endpointURL",
  "ddbCtlDpJob",
  "keyType",
  "credentials",
  "serviceAccountName",
  "dryRun",
  "maxItems",
  "itemsPerSecond",
  "maxConcurrency",
  "activeDeadlineSeconds",
  "backoffLimit",
];

function requiredIfFlat(field: "tableName" | "partitionValue"): Rule {
  return {
    rule: `!${FLAT} || has(self.${field})`,
    message: `${field} is required`,
    fieldPath: `.${field}`,
    reason: "FieldValueRequired",
  };
}

function immutable(field: string): Rule {
  return {
    rule:
      `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message:
      `${field} is immutable: a deletion that has begun keeps its target; delete the object and create it anew`,
    fieldPath: `.${field}`,
    reason: "FieldValueForbidden",
  };
}

/** Rules for the `spec` of a partition job. */
export const partitionJobRules: Rule[] = [
  {
    rule: `${FLAT} != has(self.ddbCtlDpJob)`,
    message:
      "give the table either by tableName, partitionValue, awsRegion and endpointURL or by ddbCtlDpJob with these fields",
  },
  requiredIfFlat("tableName"),
  requiredIfFlat("partitionValue"),
  ...IMMUTABLE.map(immutable),
];
