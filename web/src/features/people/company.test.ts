import { describe, expect, it } from 'vitest';
import { readCompany } from './company';

const ID = '0193a000-0000-7000-8000-000000000020';

describe('readCompany', () => {
  it('takes the link of an account and its bare number', () => {
    expect(readCompany(`https://crm.example/o/account/${ID}?tab=x`)).toEqual({ kind: 'account', id: ID });
    expect(readCompany(` ${ID.toUpperCase()} `)).toEqual({ kind: 'account', id: ID });
  });
  it('tells a link to another record apart', () => {
    expect(readCompany(`https://crm.example/o/contact/${ID}`)).toEqual({ kind: 'other', object: 'contact' });
  });
  it('knows nothing and nonsense', () => {
    expect(readCompany('  ')).toEqual({ kind: 'empty' });
    expect(readCompany('示例科技')).toEqual({ kind: 'unknown' });
  });
});
