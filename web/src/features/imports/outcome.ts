import type { ImportState } from '@/api/types';
import type { Hue } from '@/theme/tokens';

export const OUTCOME_HUE: Record<string, Hue> = { new: 'green', changed: 'blue', unchanged: 'slate', duplicate: 'amber', rejected: 'rose' };
export const STATE_HUE: Record<ImportState, Hue> = { uploaded: 'slate', mapped: 'slate', checking: 'blue', checked: 'indigo', running: 'blue', paused: 'amber', cancelled: 'slate', done: 'green', failed: 'rose', undoing: 'amber', undone: 'slate' };
