import { doubleJson, doubleText, maxValueDepth, stringJson, tooDeep } from './any-value.ts';
import type { AttributeRules } from './attribute-rules.ts';
import { asBase64, asBool, asDouble, asInteger64, asList, asObject, asText } from '../wire/json-shape.ts';

/** The text of an `AnyValue` in OTLP JSON; equal to what the protobuf decoder makes of the same value. */
export function readAnyValue(value: unknown, rules: AttributeRules): string {
  const json = asObject(value, 'value');
  if (given(json['stringValue'])) return asText(json['stringValue'], 'stringValue');
  if (given(json['boolValue'])) return String(asBool(json['boolValue'], 'boolValue'));
  if (given(json['intValue'])) return String(asInteger64(json['intValue'], 'intValue', true));
  if (given(json['doubleValue'])) return doubleText(asDouble(json['doubleValue'], 'doubleValue'));
  if (given(json['arrayValue'])) return arrayJson(json['arrayValue'], rules, 1);
  if (given(json['kvlistValue'])) return listJson(json['kvlistValue'], rules, 1);
  if (given(json['bytesValue'])) return asBase64(json['bytesValue'], 'bytesValue');
  return '';
}

function valueJson(value: unknown, rules: AttributeRules, depth: number): string {
  const json = asObject(value, 'value');
  if (given(json['stringValue'])) return stringJson(asText(json['stringValue'], 'stringValue'));
  if (given(json['boolValue'])) return String(asBool(json['boolValue'], 'boolValue'));
  if (given(json['intValue'])) return String(asInteger64(json['intValue'], 'intValue', true));
  if (given(json['doubleValue'])) return doubleJson(asDouble(json['doubleValue'], 'doubleValue'));
  if (given(json['arrayValue'])) return arrayJson(json['arrayValue'], rules, depth + 1);
  if (given(json['kvlistValue'])) return listJson(json['kvlistValue'], rules, depth + 1);
  if (given(json['bytesValue'])) return `"${asBase64(json['bytesValue'], 'bytesValue')}"`;
  return 'null';
}

function arrayJson(value: unknown, rules: AttributeRules, depth: number): string {
  if (depth > maxValueDepth) return tooDeep;
  const values = asList(asObject(value, 'arrayValue')['values'], 'arrayValue.values');
  return `[${values.map((item) => valueJson(item, rules, depth)).join(',')}]`;
}

function listJson(value: unknown, rules: AttributeRules, depth: number): string {
  if (depth > maxValueDepth) return tooDeep;
  const members = asList(asObject(value, 'kvlistValue')['values'], 'kvlistValue.values').map((item) => {
    const member = asObject(item, 'kvlistValue.values[]');
    const json = given(member['value']) ? valueJson(member['value'], rules, depth) : 'null';
    return rules.member(asText(member['key'], 'kvlistValue.values[].key'), json);
  });
  return `{${members.join(',')}}`;
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}
