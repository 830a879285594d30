/** The figures an administrator looks at in the morning. */
import type { PersonView } from '@/api/types';

export interface PeopleCounts { active: number; pending: number; suspended: number; noFactor: number; ending: number; noRole: number }
const SOON_MS = 14 * 86_400_000;

export function countPeople(people: readonly PersonView[], now: number): PeopleCounts {
  const active = people.filter((one) => one.status === 'active');
  return {
    active: active.length,
    pending: people.filter((one) => one.status === 'pending').length,
    suspended: people.filter((one) => one.status === 'suspended').length,
    noFactor: active.filter((one) => !one.second_factor).length,
    ending: active.filter((one) => one.valid_until !== null && Date.parse(one.valid_until) - now < SOON_MS).length,
    noRole: active.filter((one) => one.roles.length === 0).length,
  };
}
