/** Names and colours of what an import is about. */
import type { TFunction } from 'i18next';
import type { ImportState } from '@/api/types';
import type { Hue } from '@/theme/tokens';
import { codeTail, type Tally } from './model';

export const STATE_HUE: Record<ImportState, Hue> = { uploaded: 'slate', mapped: 'slate', checking: 'blue', checked: 'indigo', running: 'blue', paused: 'amber', cancelled: 'slate', done: 'green', failed: 'rose', undoing: 'blue', undone: 'slate' };
export const stateText = (t: TFunction, state: ImportState): string => t(`imports.state.${state}`, { defaultValue: state });

export const OUTCOMES = ['new', 'changed', 'unchanged', 'duplicate', 'rejected'] as const satisfies readonly (keyof Tally)[];
export const OUTCOME_HUE: Record<keyof Tally, Hue> = { new: 'teal', changed: 'blue', unchanged: 'slate', duplicate: 'amber', rejected: 'rose' };
export const isOutcome = (text: string): text is keyof Tally => (OUTCOMES as readonly string[]).includes(text);

export const reasonText = (t: TFunction, code: string): string => t(`imports.reason.${codeTail(code)}`, { defaultValue: code });
export const kindText = (t: TFunction, kind: string): string => t(`imports.kind.${kind}`, { defaultValue: kind });
export const findingText = (t: TFunction, kind: string): string => t(`imports.finding.${kind}`, { defaultValue: kind });
export const findingsText = (t: TFunction, findings: readonly { kind: string; count: number }[]): string => findings.map((one) => t('imports.findingCount', { name: findingText(t, one.kind), n: one.count })).join(t('common.listGap'));
