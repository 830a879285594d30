/** Which columns a list of an object has, by its metadata alone. */
import type { ObjectView, ViewState } from '@/api/types';

export const SYSTEM = ['_owner', '_updated_at', '_created_at', '_unit'] as const;

/** What tells the newest records: the time a contact took place, for others their last change. */
export const timeOf = (object: ObjectView): string => (object.fields.some((field) => field.key === 'at' && field.kind === 'date_time' && field.sortable) ? 'at' : '_updated_at');

/** The columns shown before anybody chose some. */
export function defaultColumns(object: ObjectView): { key: string; width?: number }[] {
  const listed = object.fields.filter((field) => field.in_list && field.key !== object.title).map((field) => field.key);
  return [object.title, ...listed, '_owner', ...(timeOf(object) === '_updated_at' ? ['_updated_at'] : [])].map((key) => ({ key }));
}

/** Drops columns the person may not see any more and keeps the title in front. */
export function resolveColumns(object: ObjectView, wanted: ViewState['columns']): { key: string; width?: number }[] {
  const known = new Set([object.title, ...object.fields.map((field) => field.key), ...SYSTEM]);
  const kept = (wanted ?? defaultColumns(object)).filter((column) => known.has(column.key));
  const title = kept.find((column) => column.key === object.title) ?? { key: object.title };
  return [title, ...kept.filter((column) => column.key !== object.title)];
}
