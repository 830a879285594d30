/** The filter of the stream: what stands in the address and what is asked of the server. */
export const RANGES = ['today', 'week', 'month', 'custom'] as const;
export type Range = (typeof RANGES)[number];

export interface EvidenceSearch {
  person?: string;
  action?: string;
  object?: string;
  record?: string;
  range?: Range;
  /** First and last day of a custom range. */
  from?: string;
  to?: string;
  outcome?: 'ok' | 'refused' | 'failed';
  sensitive?: 'yes';
}

const OUTCOMES = ['ok', 'refused', 'failed'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** Reads an address; what is not understood is left out rather than refused. */
export function readSearch(search: Record<string, string | undefined>): EvidenceSearch {
  const out: EvidenceSearch = {};
  if (search['person'] && ID.test(search['person'])) out.person = search['person'];
  if (search['action']) out.action = search['action'];
  if (search['object']) out.object = search['object'];
  if (search['record'] && ID.test(search['record'])) out.record = search['record'];
  const range = RANGES.find((one) => one === search['range']);
  if (range) out.range = range;
  if (search['from'] && DAY.test(search['from'])) out.from = search['from'];
  if (search['to'] && DAY.test(search['to'])) out.to = search['to'];
  const outcome = OUTCOMES.find((one) => one === search['outcome']);
  if (outcome) out.outcome = outcome;
  if (search['sensitive'] === 'yes') out.sensitive = 'yes';
  return out;
}

export const isFiltered = (search: EvidenceSearch): boolean => Object.values(search).some((value) => value !== undefined);

/** The question to the server; days begin and end where the person is. */
export function toQuery(search: EvidenceSearch, now: Date): Record<string, string | undefined> {
  const { from, to } = span(search, now);
  return {
    person: search.person,
    action: search.action,
    object: search.object,
    record: search.record,
    from: from?.toISOString(),
    to: to?.toISOString(),
    outcome: search.outcome,
    sensitive: search.sensitive === 'yes' ? 'true' : undefined,
  };
}

function span(search: EvidenceSearch, now: Date): { from?: Date; to?: Date } {
  const midnight = (back: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
  switch (search.range) {
    case 'today': return { from: midnight(0) };
    case 'week': return { from: midnight(6) };
    case 'month': return { from: midnight(29) };
    case 'custom': {
      const start = search.from ? localDay(search.from) : undefined;
      const end = search.to ? localDay(search.to) : undefined;
      if (end) end.setDate(end.getDate() + 1);
      return { from: start, to: end };
    }
    default: return {};
  }
}

/** The day of a moment as it stands in the address, whatever the language of the page. */
export function dayOf(at: Date): string {
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

function localDay(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}

/** Finds the record in a pasted link or id; null when there is none. */
export function parseRecord(text: string): { record: string; object?: string } | null {
  const link = /\/o\/([a-z][a-z0-9_]*)\/([0-9a-f-]{36})/i.exec(text);
  if (link?.[1] && link[2] && ID.test(link[2])) return { object: link[1].toLowerCase(), record: link[2].toLowerCase() };
  const id = ID.exec(text);
  return id ? { record: id[0].toLowerCase() } : null;
}
