/** The stages of the deals with their numbers and sums, ready to draw. */
import type { AggregateResult, SelectOption } from '@/api/types';

export interface FunnelBar { key: string; count: number; sum: number | null; share: number }
export interface Funnel { open: FunnelBar[]; won: FunnelBar | null; lost: FunnelBar | null; count: number; sum: number | null }

const ENDED = new Set(['won', 'lost']);
export const isEnded = (stage: string): boolean => ENDED.has(stage);

/** Bars in the order of the stages; stages without a deal stay, so that the shape can be read. */
export function funnelOf(result: AggregateResult, stages: readonly SelectOption[], summed: boolean): Funnel {
  const found = new Map(result.rows.map((row) => [String(row.keys[0] ?? ''), row.values]));
  const bar = (key: string): FunnelBar => ({ key, count: found.get(key)?.[0] ?? 0, sum: summed ? (found.get(key)?.[1] ?? 0) : null, share: 0 });
  const bars = stages.map((stage) => bar(stage.key));
  const open = bars.filter((one) => !ENDED.has(one.key));
  const measure = (one: FunnelBar): number => one.sum ?? one.count;
  const most = Math.max(1, ...open.map(measure));
  return {
    open: open.map((one) => ({ ...one, share: measure(one) / most })),
    won: bars.find((one) => one.key === 'won') ?? null,
    lost: bars.find((one) => one.key === 'lost') ?? null,
    count: open.reduce((sum, one) => sum + one.count, 0),
    sum: summed ? open.reduce((sum, one) => sum + (one.sum ?? 0), 0) : null,
  };
}
