import type { IconName } from '@/ui/icons';
import { isIconName } from '@/ui/icons';

const OBJECT_ICONS: Record<string, IconName> = { lead: 'megaphone', account: 'building', contact: 'user', opportunity: 'handshake', follow_up: 'message' };

export const objectIcon = (object: { key: string; icon?: string } | string): IconName => {
  const key = typeof object === 'string' ? object : object.key;
  const own = typeof object === 'string' ? undefined : object.icon;
  return OBJECT_ICONS[key] ?? (own && isIconName(own) ? own : 'list');
};
