import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '@/api/problem';
import { faultOf, SignInFlow } from './flow';

const answers: { status: number; body: unknown }[] = [];
const sent: { url: string; body: unknown }[] = [];
beforeEach(() => {
  answers.length = 0;
  sent.length = 0;
  vi.stubGlobal('fetch', vi.fn((url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) });
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } }));
  }));
});
afterEach(() => vi.unstubAllGlobals());

const start = (): { flow: SignInFlow; signedIn: ReturnType<typeof vi.fn> } => {
  const signedIn = vi.fn();
  return { flow: new SignInFlow(() => undefined, signedIn), signedIn };
};

describe('signing in', () => {
  it('asks for what is missing, the first box first, and sends nothing', async () => {
    const { flow } = start();
    await flow.givePassword('  ', 'x');
    expect(flow.state.fault).toMatchObject({ box: 'login', empty: true });
    await flow.givePassword('wang', '');
    expect(flow.state.fault).toMatchObject({ box: 'password', empty: true });
    expect(sent).toEqual([]);
  });

  it('goes on to the code and sends its digits as they are meant', async () => {
    const { flow, signedIn } = start();
    answers.push({ status: 200, body: { signed_in: false, next: 'totp', ticket: 'half' } }, { status: 200, body: { signed_in: true } });
    await flow.givePassword(' wang ', 'secret');
    expect(flow.state).toMatchObject({ step: 'code', busy: false });
    await flow.giveCode('１２３ 456');
    expect(sent.map((one) => one.body)).toEqual([{ login: 'wang', password: 'secret' }, { ticket: 'half', code: '123456' }]);
    expect(flow.state.step).toBe('done');
    expect(signedIn).toHaveBeenCalledWith({ signed_in: true });
  });

  it('stays at the code when it is wrong, and starts again when the time is over', async () => {
    const { flow, signedIn } = start();
    answers.push({ status: 200, body: { signed_in: false, next: 'totp', ticket: 'half' } }, { status: 401, body: { code: 'auth.code', title: 'x' } }, { status: 401, body: { code: 'auth.ticket', title: 'x' } });
    await flow.givePassword('wang', 'secret');
    await flow.giveCode('1');
    expect(flow.state).toMatchObject({ step: 'code', fault: { key: 'signIn.wrongCode', box: 'code' } });
    await flow.giveCode('2');
    expect(flow.state).toMatchObject({ step: 'password', fault: { key: 'signIn.tooLate', box: 'password' } });
    expect(signedIn).not.toHaveBeenCalled();
  });

  it('tries nothing before the wait is over', async () => {
    const { flow } = start();
    answers.push({ status: 429, body: { code: 'limited', title: 'x', args: { retry_after: '42' } } });
    await flow.givePassword('wang', 'secret');
    expect(flow.waits()).toBeGreaterThan(40);
    await flow.givePassword('wang', 'secret');
    expect(sent.length).toBe(1);
    flow.forget();
    expect(flow.waits()).toBeGreaterThan(40);
    expect(flow.waits(Date.now() + 43_000)).toBe(0);
  });

  it('sends once when asked twice', async () => {
    const { flow } = start();
    answers.push({ status: 401, body: { code: 'auth.failed', title: 'x' } });
    await Promise.all([flow.givePassword('wang', 'a'), flow.givePassword('wang', 'a')]);
    expect(sent.length).toBe(1);
    expect(flow.state.fault).toMatchObject({ key: 'signIn.wrong', box: 'password' });
  });

  it('names no box when none can be mended', () => {
    expect(faultOf(new Problem(0, 'offline', 'offline'), 'password')).toEqual({ key: 'error.offline' });
    expect(faultOf(new Problem(503, 'ledger', 'Busy', 'Later.'), 'password')).toEqual({ text: 'Busy Later.' });
  });
});
