/** What was pasted as the company of a partner. */
import { parseRecord } from '@/features/evidence/filters';

export type CompanyText = { kind: 'empty' } | { kind: 'account'; id: string } | { kind: 'other'; object: string } | { kind: 'unknown' };

/** Reads the link or the number of an account; a link to another kind of record is told apart. */
export function readCompany(text: string): CompanyText {
  if (text.trim() === '') return { kind: 'empty' };
  const found = parseRecord(text);
  if (!found) return { kind: 'unknown' };
  return found.object && found.object !== 'account' ? { kind: 'other', object: found.object } : { kind: 'account', id: found.record };
}
