/** What the rail, the palette and the phone tabs offer, by what the person may do. */
import type { ObjectView, SignedIn } from '@/api/types';
import type { IconName } from '@/ui/icons';
import { objectIcon } from './icons';

export interface Destination { key: string; to: string; icon: IconName; label?: string; labelKey?: string }

const OBJECT_ORDER = ['lead', 'account', 'contact', 'opportunity', 'follow_up'];

export function objectDestinations(objects: readonly ObjectView[], pick: (both: { zh: string; en: string }) => string): Destination[] {
  const rank = (key: string): number => (OBJECT_ORDER.includes(key) ? OBJECT_ORDER.indexOf(key) : 99);
  return objects
    .filter((object) => object.actions.includes('read'))
    .sort((a, b) => rank(a.key) - rank(b.key))
    .map((object) => ({ key: object.key, to: `/o/${object.key}`, icon: objectIcon(object), label: pick({ zh: object.zh, en: object.en_plural }) }));
}

export function toolDestinations(me: SignedIn): Destination[] {
  const acts = (action: string): boolean => me.objects.some((object) => object.actions.includes(action));
  const all: (Destination | false)[] = [
    acts('import') && { key: 'imports', to: '/imports', icon: 'upload', labelKey: 'nav.imports' },
    (acts('restore') || acts('delete')) && { key: 'bin', to: '/bin', icon: 'trash', labelKey: 'nav.bin' },
  ];
  return all.filter((one) => one !== false);
}

export function adminDestinations(me: SignedIn): Destination[] {
  const can = (name: string): boolean => me.capabilities.includes(name);
  const all: (Destination | false)[] = [
    (can('people_manage') || can('roles_manage') || can('sessions_manage')) && { key: 'people', to: '/people', icon: 'users', labelKey: 'nav.people' },
    can('people_manage') && { key: 'units', to: '/units', icon: 'tree', labelKey: 'nav.units' },
    (can('roles_read') || can('roles_manage')) && { key: 'roles', to: '/roles', icon: 'key', labelKey: 'nav.roles' },
    can('evidence_read') && { key: 'evidence', to: '/evidence', icon: 'shield-check', labelKey: 'nav.evidence' },
    can('settings_manage') && { key: 'settings', to: '/settings', icon: 'settings', labelKey: 'nav.settings' },
  ];
  return all.filter((one) => one !== false);
}
