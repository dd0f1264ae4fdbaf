/** The questionnaire as the core describes it, and what can be said of answers without the core. */

import forms from '../core/forms.gen.json';

export type FieldType = 'text' | 'int' | 'bool' | 'choice' | 'day' | 'unit' | 'country' | 'list';
export type Answer = string | number | boolean | Answers[];
/** A question without an answer has no key. */
export interface Answers {
  [field: string]: Answer;
}

export interface FieldSpec {
  name: string;
  type: FieldType;
  required: boolean;
  rule?: string;
  section?: string;
  control?: string;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  choices?: string[];
  fields?: FieldSpec[];
  when?: { field: string; equals: Answer };
}

export interface FormSpec {
  system: string;
  kind: string;
  version: number;
  fields: FieldSpec[];
}

export interface Trouble {
  field: string;
  rule: string;
  params?: Readonly<Record<string, string | number>>;
  /** Shown, but the form can be sent with it. */
  warning?: boolean;
}

/** The newest version of a kind of record. */
export function formOf(system: string, kind: string): FormSpec {
  // The file is written by emit_types; a test of the build compares it with the field lists of the core.
  const all = forms as unknown as FormSpec[];
  const versions = all.filter((form) => form.system === system && form.kind === kind);
  const newest = versions.sort((a, b) => b.version - a.version)[0];
  if (!newest) throw new Error(`no form ${system}.${kind}`);
  return newest;
}

/**
 * Questions that make sense only beside another answer, where the field list has no `when`. The rules are the core's
 * (field.not_applicable, declaration.temperature_source); here it is only said when there is nothing to show.
 */
const BESIDE: Record<string, (answers: Answers) => boolean> = {
  idNumber: ({ idType }) => idType !== undefined && idType !== 'none',
  temperatureSource: ({ temperatureDc }) => temperatureDc !== undefined,
};

/** Whether a question is asked at all, given the other answers. */
export function applies(field: FieldSpec, answers: Answers): boolean {
  if (field.when && answers[field.when.field] !== field.when.equals) return false;
  return BESIDE[field.name]?.(answers) ?? true;
}

export function sectionsOf(form: FormSpec): string[] {
  return [...new Set(form.fields.map((field) => field.section ?? ''))];
}

export function fieldsOf(form: FormSpec, section: string): FieldSpec[] {
  return form.fields.filter((field) => (field.section ?? '') === section);
}

/** The body that is checked and sent: no key for what was not answered or not asked. */
export function bodyOf(fields: FieldSpec[], answers: Answers): Answers {
  const body: Answers = {};
  for (const field of fields) {
    if (!applies(field, answers)) continue;
    const value = answers[field.name];
    if (value === undefined || value === '') continue;
    if (field.type === 'list') {
      const items = (Array.isArray(value) ? value : []).map((item) => bodyOf(field.fields ?? [], item));
      if (items.length > 0) body[field.name] = items;
    } else {
      body[field.name] = typeof value === 'string' ? value.normalize('NFC').trim() : value;
    }
  }
  return body;
}

/** Required questions without an answer. All that is checked until the core is there; never the last word. */
export function missing(fields: FieldSpec[], answers: Answers, prefix = ''): Trouble[] {
  return fields.flatMap((field): Trouble[] => {
    if (!applies(field, answers)) return [];
    const value = answers[field.name];
    const path = prefix + field.name;
    if (field.type === 'list') {
      const items = Array.isArray(value) ? value : [];
      if (items.length === 0 && field.required) return [{ field: path, rule: 'field.required' }];
      return items.flatMap((item, index) => missing(field.fields ?? [], item, `${path}[${index}].`));
    }
    if (!field.required) return [];
    const empty = value === undefined || (typeof value === 'string' && value.trim() === '');
    return empty ? [{ field: path, rule: 'field.required' }] : [];
  });
}

/** `places[0].from` belongs to the question `places`. */
export function questionOf(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

/** An element id for a path: brackets and dots trouble nobody then. */
export function idOf(path: string): string {
  return `q-${path.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`;
}
