import type { Rule } from "../fields/rules.ts";

const IS_LORA = "has(self.modelType) && self.modelType == 'lora'";

function notEmpty(field: "modelName" | "baseModelName"): Rule {
  return {
    rule: `self.${field} != ''`,
    message: `${field} is required; set it to the model's full name`,
    fieldPath: `.${field}`,
    reason: "FieldValueRequired",
  };
}

function immutable(field: "modelType" | "baseModelName"): Rule {
  return {
    rule:
      `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message:
      `${field} is immutable and cannot be changed after creation; delete the model and create it again`,
    fieldPath: `.${field}`,
    reason: "FieldValueForbidden",
  };
}

/** Rules for the `spec` of a model. */
export const modelRules: Rule[] = [
  notEmpty("modelName"),
  notEmpty("baseModelName"),
  {
    rule: `!(${IS_LORA}) || has(self.source)`,
    message:
      "source is required when modelType is 'lora'; set source.uri to the location of the weights",
    fieldPath: ".source",
    reason: "FieldValueRequired",
  },
  {
    rule: `!(${IS_LORA}) || !has(self.source) || self.source.uri != ''`,
    message:
      "source.uri must be specified when modelType is 'lora'; set it to the location of the weights",
    fieldPath: ".source.uri",
    reason: "FieldValueRequired",
  },
  {
    rule:
      `!(${IS_LORA}) || !has(self.source) || self.source.uri == '' || self.source.uri.startsWith('s3://') || self.source.uri.startsWith('hf://')`,
    message: "source.uri must start with 's3://' or 'hf://'",
    messageExpression: "\"source.uri must start with 's3://' or 'hf://', got: \" + self.source.uri",
    fieldPath: ".source.uri",
  },
  immutable("modelType"),
  immutable("baseModelName"),
];
