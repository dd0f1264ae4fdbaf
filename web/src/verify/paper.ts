/** What is printed of a certificate: the fields of its kind under their published names and in their order, as lachan-issue prints them. */

import { formatDay } from '../app/format';
import { personOf, valueOf } from './parts';
import { t } from './text';
import type { EventKind, Verdict } from './verdict';

type Content = NonNullable<Verdict['content']>;

/** Of a vaccination as in Decision 5772/QĐ-BYT; nationality, the eleventh, is not in the code. The same as in tools/issue/paper.cpp. */
const FIELDS: Partial<Record<EventKind, readonly string[]>> = {
  vaccination: ['name', 'birthDate', 'disease', 'dosesReceived', 'date', 'doseNumber', 'vaccine', 'product', 'manufacturer', 'identifier'],
  test: [
    'name', 'birthDate', 'document', 'disease', 'testType', 'testName', 'manufacturer', 'sampledAt', 'resultAt', 'result', 'centre', 'sample',
    'version', 'identifier',
  ],
  recovery: ['name', 'birthDate', 'disease', 'firstPositiveOn', 'validFrom', 'validUntil', 'identifier'],
  card: ['name', 'birthDate', 'sex', 'document', 'person', 'identifier'],
  release: ['name', 'birthDate', 'document', 'place', 'unit', 'from', 'until', 'followUpUntil', 'order', 'identifier'],
};
const MORE = ['country', 'issuer', 'lot'];

/** What the paper is: a card is headed as no certificate. Nothing for what has no kind of its own. */
export function paperTitle({ events }: Content): string | undefined {
  return events[0] && t.maybe(`paper.${events[0].kind}`);
}

/** Names and values, without what the certificate does not hold. Nothing for one whose content is not of one kind. */
export function paperRows(content: Content): { name: string; value: string }[] {
  const [event] = content.events;
  const fields = event && FIELDS[event.kind];
  if (!event || !fields) return [];
  const { name, latin } = personOf(content);
  const { birthDate, sex, document, person } = content.holder;
  const own: Record<string, string | undefined> = {
    name: name || latin,
    birthDate: birthDate && formatDay(birthDate),
    sex: t.maybe(`sex.${sex}`),
    document,
    person,
    dosesReceived: event['dose']?.toString(),
    doseNumber: event['dose'] === undefined ? '' : `${event['dose']} / ${event['doses'] ?? ''}`,
  };
  const value = (field: string): string => (field in own ? (own[field] ?? '') : event[field] === undefined ? '' : valueOf(field, event[field]));
  return [...fields, ...MORE].map((field) => ({ name: t.maybe(`paper.${field}`) ?? field, value: value(field) })).filter(({ value: text }) => text !== '');
}
