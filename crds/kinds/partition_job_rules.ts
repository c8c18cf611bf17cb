import type { Rule } from "../fields/rules.ts";

/** A CEL expression that holds for the form with the four fields in `spec`. */
const FLAT =
  "(has(self.tableName) || has(self.partitionValue) || has(self.awsRegion) || has(self.endpointURL))";

/** All fields except `suspend` and `ttlSecondsAfterFinished`. */
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
    message: `${field} is required; set it`,
    fieldPath: `.${field}`,
    reason: "FieldValueRequired",
  };
}

function immutable(field: string): Rule {
  return {
    rule:
      `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message:
      `${field} is immutable: a deletion cannot change its target or settings; delete the object and create it again`,
    fieldPath: `.${field}`,
    reason: "FieldValueForbidden",
  };
}

/** Rules for the `spec` of a partition job. */
export const partitionJobRules: Rule[] = [
  {
    rule: `${FLAT} != has(self.ddbCtlDpJob)`,
    message:
      "set either tableName, partitionValue, awsRegion and endpointURL, or ddbCtlDpJob with these fields",
  },
  requiredIfFlat("tableName"),
  requiredIfFlat("partitionValue"),
  ...IMMUTABLE.map(immutable),
];
