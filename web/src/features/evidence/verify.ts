/** The answer of a verification: at once, or as a job whose result comes later. */
import type { EvidenceReport } from '@/api/types';

/** Besides the problems: bodies whose keys are gone, and problems that were not listed. */
export type Report = EvidenceReport & { destroyed?: number; problems_omitted?: number };

export interface VerifyJob {
  id?: string;
  job?: string;
  state?: string;
  progress?: { done: number; total: number } | null;
  report?: EvidenceReport;
  result?: { report?: EvidenceReport } | EvidenceReport | null;
}

/** The report itself, in an envelope, or as the result of a finished job. */
export function reportOf(job: VerifyJob | Report): Report | null {
  if ('events' in job) return job;
  if (job.report) return job.report;
  const result = job.result;
  if (!result) return null;
  if ('report' in result && result.report) return result.report;
  return 'events' in result ? result : null;
}

export interface ProblemGroup { kind: string; items: EvidenceReport['problems'] }

/** Problems by kind, the most frequent first; `evidence.root_mismatch` and `root_mismatch` are one kind. */
export function groupProblems(problems: EvidenceReport['problems']): ProblemGroup[] {
  const groups = new Map<string, EvidenceReport['problems']>();
  for (const problem of problems) {
    const kind = problem.kind.replace(/^evidence\./, '');
    groups.set(kind, [...(groups.get(kind) ?? []), problem]);
  }
  return [...groups].map(([kind, items]) => ({ kind, items })).sort((a, b) => b.items.length - a.items.length);
}
