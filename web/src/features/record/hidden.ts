/** What may be done with a value that is hidden. */
import { isMasked, type FieldValue, type FieldView, type RecordView } from '@/api/types';

/** Writing over a value needs the right to write, not to see it: a customer with a new number is no reason to reveal the old one. */
export function canReplace(field: FieldView, record: RecordView): boolean {
  const value = record.values[field.key];
  return isMasked(value) && value.reason === 'on_demand' && field.level === 'write' && !field.read_only && record.can.includes('update');
}

/** The changes that were meant: an empty box over a hidden value leaves it as it is. */
export function meantChanges(changes: Readonly<Record<string, FieldValue | undefined>>, before: Readonly<Record<string, FieldValue>>): Record<string, FieldValue | undefined> {
  const empty = (value: FieldValue | undefined): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(changes).filter(([key, value]) => !(isMasked(before[key]) && empty(value))));
}
