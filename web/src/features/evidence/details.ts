/** Reads the details of an event, which name things and never hold values. */
import type { EvidenceItem } from '@/api/types';

export interface QueryShape { conditions: [string, string][]; sort: string[]; search: boolean }
export interface Details { counts: [string, number][]; query: QueryShape | null; others: [string, string][] }

type Loose = Record<string, unknown>;
const record = (value: unknown): Loose | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : null);

/** Pairs out of an object or out of a list of pairs. */
function pairs(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.filter((one): one is [string, unknown] => Array.isArray(one) && typeof one[0] === 'string');
  return Object.entries(record(value) ?? {});
}

export function readDetails(event: EvidenceItem): Details {
  const outer = event as unknown as Loose;
  const details = event.details ?? {};
  const counts = pairs(outer['counts'] ?? details['counts']).filter((one): one is [string, number] => typeof one[1] === 'number');
  const shape = record(outer['query'] ?? details['query']);
  const others: [string, string][] = [];
  for (const [key, value] of pairs(details)) {
    if (key === 'counts' || key === 'query') continue;
    if (typeof value === 'number') counts.push([key, value]);
    else if (typeof value === 'string' || typeof value === 'boolean') others.push([key, String(value)]);
  }
  return { counts, query: shape ? readShape(shape) : null, others };
}

function readShape(shape: Loose): QueryShape {
  const conditions = Array.isArray(shape['conditions']) ? (shape['conditions'] as unknown[]) : [];
  const sort = Array.isArray(shape['sort']) ? (shape['sort'] as unknown[]) : [];
  return {
    conditions: conditions.flatMap((one): [string, string][] => {
      if (Array.isArray(one)) return [[String(one[0]), String(one[1])]];
      const pair = record(one);
      return pair ? [[String(pair['field']), String(pair['op'])]] : [];
    }),
    sort: sort.filter((one): one is string => typeof one === 'string'),
    search: shape['search'] === true,
  };
}
