import type { ObjectView } from '@/api/types';

const ORDER: readonly string[] = ['account', 'contact', 'lead', 'opportunity', 'follow_up'];

/** Objects whose deleted records somebody may look for. */
export function binObjects(objects: readonly ObjectView[], can: (key: string, action: string) => boolean): ObjectView[] {
  const rank = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  return objects.filter((object) => can(object.key, 'restore') || can(object.key, 'delete')).sort((a, b) => rank(a.key) - rank(b.key));
}

/** What helps to recognise a deleted record: its title, a few facts, who had it. */
export function binColumns(object: ObjectView): string[] {
  const facts = object.fields.filter((field) => field.in_list && field.key !== object.title).slice(0, 4).map((field) => field.key);
  return [object.title, ...facts, '_owner'];
}
