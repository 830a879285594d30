import { describe, expect, it } from 'vitest';
import i18next from 'i18next';
import type { EvidenceItem } from '@/api/types';
import en from '@/i18n/en.json';
import zh from '@/i18n/zh-CN.json';
import { plainSentence, sentence, type Words } from './sentence';

const PERSON = '0193a000-0000-7000-8000-000000000009';

async function words(language: 'zh-CN' | 'en'): Promise<Words> {
  const i18n = i18next.createInstance();
  await i18n.init({ lng: language, fallbackLng: false, resources: { 'zh-CN': { translation: zh }, en: { translation: en } }, interpolation: { escapeValue: false } });
  const chinese = language === 'zh-CN';
  return {
    t: (key, args) => String(i18n.t(key, args ?? {})),
    object: () => (chinese ? { one: '联系人', many: '联系人' } : { one: 'contact', many: 'contacts' }),
    field: (_object, key) => (chinese ? ({ mobile: '手机', email: '邮箱' } as Record<string, string>)[key] ?? key : key),
    purpose: () => (chinese ? '联系客户' : 'calling the customer'),
    person: (id) => (id === PERSON ? '李思雨' : undefined),
    number: (n) => new Intl.NumberFormat('en').format(n),
  };
}

const event = (patch: Partial<EvidenceItem>): EvidenceItem => ({ seq: 1, at: '2026-11-23T08:00:00Z', action: 'record.reveal', outcome: 'ok', sensitive: false, person: { id: 'p', name: '王小明' }, object: 'contact', record: null, records_count: 1, fields: [], network: '', device: '', purpose: null, purpose_note: null, reason: null, details: {}, counts: {}, query: null, readable: true, damaged: false, ...patch });
const say = async (language: 'zh-CN' | 'en', patch: Partial<EvidenceItem>): Promise<string> => { const w = await words(language); return plainSentence(sentence(event(patch), w), w.t); };

describe('sentence', () => {
  it('says who revealed what of how many, and what for', async () => {
    expect(await say('zh-CN', { fields: ['mobile'], purpose: 'call_customer' })).toBe('王小明 查看了 1 个联系人的手机 — 用途：联系客户');
    expect(await say('en', { fields: ['mobile'], purpose: 'call_customer' })).toBe('王小明 revealed mobile of 1 contact — for: calling the customer');
  });

  it('counts records and shortens long lists of fields', async () => {
    expect(await say('en', { action: 'record.list', records_count: 1250 })).toBe('王小明 listed 1,250 contacts');
    expect(await say('en', { action: 'record.list', records_count: 0 })).toBe('王小明 listed contacts, found none');
    expect(await say('zh-CN', { action: 'record.update', fields: ['a', 'b', 'c', 'd', 'e'] })).toBe('王小明 修改了 1 个联系人的a、b、c等 5 项');
  });

  it('never presents a refused action as done', async () => {
    const text = await say('zh-CN', { outcome: 'refused', fields: ['mobile', 'email'] });
    expect(text).toBe('王小明 尝试查看明文（1 个联系人\u00a0· 手机、邮箱）');
    expect(text).not.toContain('查看了');
  });

  it('names a failed sign-in without a person', async () => {
    expect(await say('zh-CN', { action: 'auth.sign_in_failed', outcome: 'failed', person: null, object: null, records_count: 0 })).toBe('有人 登录失败，账号或密码不对');
  });

  it('names the person concerned when known, and stays general when not', async () => {
    expect(await say('zh-CN', { action: 'role.assign', object: null, records_count: 0, details: { to: PERSON } })).toBe('王小明 授予 李思雨 一个角色');
    expect(await say('zh-CN', { action: 'role.assign', object: null, records_count: 0, details: { to: 'somebody' } })).toBe('王小明 授予了一个角色');
  });

  it('shows an unknown action by its code rather than hiding it', async () => {
    expect(await say('en', { action: 'galaxy.fold', object: null, records_count: 0 })).toBe('王小明 did: galaxy.fold');
  });

  it('marks what changes from event to event', async () => {
    const { parts } = sentence(event({ fields: ['mobile'] }), await words('zh-CN'));
    expect(parts.filter((part) => part.strong).map((part) => part.text)).toEqual(['1 个联系人', '手机']);
  });
});
