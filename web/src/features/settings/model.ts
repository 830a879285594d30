/** Reads the status of the installation. No drawing here. */

export interface StatusFacts {
  engine: string;
  version: string;
  seconds: number;
  events: number;
  arena: { ready: boolean; bytes: number; records: number };
  root: string;
  epoch: number;
  /** Violations of the page's policy that browsers reported since the start; absent where the server does not count. */
  policyReports: number | null;
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const number = (...values: unknown[]): number => values.find((value): value is number => typeof value === 'number') ?? 0;
const text = (...values: unknown[]): string => values.find((value): value is string => typeof value === 'string') ?? '';

/** The facts of `GET /status`, whichever of its two spellings the server uses. */
export function readStatus(body: unknown): StatusFacts {
  const status = record(body);
  const arena = record(status['arena']);
  const keys = record(status['keys']);
  const reports = status['csp_reports'];
  return {
    engine: text(status['engine']),
    version: text(status['version']),
    seconds: number(status['uptime_seconds'], status['uptime']),
    events: number(status['events']),
    arena: { ready: arena['ready'] === true, bytes: number(arena['bytes']), records: number(arena['records']) },
    root: text(status['root_key'], keys['root']),
    epoch: number(status['key_epoch'], keys['epoch']),
    policyReports: typeof reports === 'number' ? reports : null,
  };
}

/** Days, hours and minutes, the two largest that are not nothing. */
export function uptimeParts(seconds: number): { unit: 'day' | 'hour' | 'minute'; n: number }[] {
  const minutes = Math.floor(seconds / 60);
  const parts = [
    { unit: 'day' as const, n: Math.floor(minutes / 1440) },
    { unit: 'hour' as const, n: Math.floor((minutes % 1440) / 60) },
    { unit: 'minute' as const, n: minutes % 60 },
  ];
  const first = parts.findIndex((part) => part.n > 0);
  return first < 0 ? [{ unit: 'minute', n: 0 }] : parts.slice(first, first + 2).filter((part) => part.n > 0);
}
