import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from './client';
import { Problem } from './problem';
import { gateState, sessionRenewed } from './session-gate';

const calls: { url: string; init: RequestInit }[] = [];
let answers: Response[] = [];
const json = (status: number, body: unknown, type = 'application/json'): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': type, 'x-trace': 'abc123' } });

beforeEach(() => {
  calls.length = 0;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({ url, init });
    const next = answers.shift();
    return next ? Promise.resolve(next) : Promise.reject(new TypeError('no network'));
  });
});
afterEach(() => vi.unstubAllGlobals());
const header = (at: number, name: string): string | null => (calls[at]?.init.headers as Headers).get(name);

describe('client', () => {
  it('proves itself on every change and never on a read', async () => {
    answers = [json(200, {}), json(200, {}), json(200, {})];
    await api.get('/objects');
    await api.post('/records/contact', { values: {} }, { idempotencyKey: 'k' });
    await api.patch('/records/contact/1', {}, { ifMatch: 7 });
    expect(header(0, 'x-kd-csrf')).toBeNull();
    expect(header(1, 'x-kd-csrf')).toBe('1');
    expect(header(1, 'idempotency-key')).toBe('k');
    expect(header(2, 'if-match')).toBe('"7"');
    expect(calls.every((call) => call.init.credentials === 'same-origin' && call.init.cache === 'no-store')).toBe(true);
  });

  it('turns a refusal into a problem with its trace', async () => {
    answers = [json(422, { title: 'T', code: 'invalid', fields: [{ field: 'name', code: 'required', message: 'M' }], trace: 'zz9' }, 'application/problem+json')];
    const error = await api.post('/records/contact', {}).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 422, code: 'invalid', traceId: 'zz9', fields: [{ field: 'name' }] });
  });

  it('says that nothing answered', async () => {
    answers = [];
    await expect(api.get('/objects')).rejects.toMatchObject({ status: 0, code: 'offline' });
  });

  it('waits for a new sign-in and then sends the same request again', async () => {
    answers = [json(401, { title: 'x', code: 'unauthenticated' }, 'application/problem+json'), json(201, { id: 'made' })];
    const pending = api.post<{ id: string }>('/records/contact', { values: { name: 'A' } }, { idempotencyKey: 'same' });
    await vi.waitFor(() => expect(gateState()).toBe('expired'));
    expect(calls.length).toBe(1);
    sessionRenewed();
    await expect(pending).resolves.toEqual({ id: 'made' });
    expect(calls[1]?.init.body).toBe(calls[0]?.init.body);
    expect(header(1, 'idempotency-key')).toBe('same');
    expect(gateState()).toBe('open');
  });

  it('does not wait when the sign-in itself is refused', async () => {
    answers = [json(401, { title: 'x', code: 'auth.failed' }, 'application/problem+json')];
    await expect(api.post('/session', {}, { anonymous: true })).rejects.toMatchObject({ code: 'auth.failed' });
  });
});
