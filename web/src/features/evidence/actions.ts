/** Families of actions: their icon, their hue, their place in the filter. */
import type { Hue } from '@/theme/tokens';
import type { IconName } from '@/ui/icons';

export interface Family { key: string; icon: IconName; hue: Hue }

/** Prefixes of action codes in the order of the filter; the server filters by the same prefixes. */
export const FAMILIES: readonly Family[] = [
  { key: 'record.', icon: 'file', hue: 'blue' },
  { key: 'share.', icon: 'link', hue: 'cyan' },
  { key: 'import.', icon: 'upload', hue: 'indigo' },
  { key: 'auth.', icon: 'key', hue: 'teal' },
  { key: 'session.', icon: 'laptop', hue: 'teal' },
  { key: 'people.', icon: 'users', hue: 'violet' },
  { key: 'role.', icon: 'shield', hue: 'violet' },
  { key: 'unit.', icon: 'tree', hue: 'slate' },
  { key: 'team.', icon: 'users', hue: 'slate' },
  { key: 'access.', icon: 'shield-question', hue: 'amber' },
  { key: 'evidence.', icon: 'shield-check', hue: 'green' },
  { key: 'setup.', icon: 'settings', hue: 'slate' },
  { key: 'schema.', icon: 'settings', hue: 'slate' },
  { key: 'view.', icon: 'columns', hue: 'slate' },
  { key: 'favourite.', icon: 'star', hue: 'amber' },
  { key: 'partner.', icon: 'handshake', hue: 'amber' },
  { key: 'job.', icon: 'clock', hue: 'slate' },
  { key: 'page.', icon: 'file', hue: 'amber' },
  { key: 'watermark.', icon: 'shield-alert', hue: 'rose' },
];

/** Actions that can be asked for by themselves. */
export const SINGLE_ACTIONS = ['record.reveal', 'record.read', 'record.list', 'record.search', 'record.copy', 'record.update', 'record.create', 'record.delete', 'auth.sign_in_failed', 'people.end', 'role.assign', 'role.revoke', 'evidence.export'] as const;

const OWN: Record<string, { icon: IconName; hue: Hue }> = {
  'record.reveal': { icon: 'eye', hue: 'violet' },
  'record.copy': { icon: 'copy', hue: 'violet' },
  'record.list': { icon: 'list', hue: 'blue' },
  'record.search': { icon: 'search', hue: 'blue' },
  'record.create': { icon: 'plus', hue: 'green' },
  'record.update': { icon: 'edit', hue: 'blue' },
  'record.delete': { icon: 'trash', hue: 'rose' },
  'record.restore': { icon: 'restore', hue: 'green' },
  'record.history': { icon: 'history', hue: 'blue' },
  'record.export': { icon: 'download', hue: 'amber' },
  'record.aggregate': { icon: 'activity', hue: 'blue' },
  'auth.sign_in_failed': { icon: 'shield-alert', hue: 'rose' },
  'auth.sign_out': { icon: 'log-out', hue: 'teal' },
  'people.end': { icon: 'user', hue: 'rose' },
  'people.create': { icon: 'user-plus', hue: 'violet' },
  'evidence.clock_jump': { icon: 'clock', hue: 'amber' },
  'evidence.export': { icon: 'download', hue: 'amber' },
};

export function lookOf(action: string): { icon: IconName; hue: Hue } {
  const own = OWN[action];
  if (own) return own;
  const family = FAMILIES.find((one) => action.startsWith(one.key));
  return family ?? { icon: 'activity', hue: 'slate' };
}

/** `record.reveal` as part of a key of a text. */
export const codeKey = (code: string): string => code.replaceAll('.', '_');
