/** Signing in, step by step: what is asked, what the server answers, what is wrong. Draws nothing. */
import { api } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import type { SignedIn, TotpNext } from '@/api/types';

export type Step = 'password' | 'code' | 'done';
export type Box = 'login' | 'password' | 'code';

/** What stands in the way: said by a key of the texts, or in the words of the server. */
export interface Fault {
  key?: string;
  text?: string;
  /** The box that is to be mended; without one the person can only wait or try again. */
  box?: Box;
  /** The box is empty: said at the box and not above the button. */
  empty?: boolean;
  /** Nothing may be tried before this instant. */
  until?: number;
}

export interface Progress { step: Step; busy: boolean; fault: Fault | null }

const EMPTY: Record<Box, string> = { login: 'signIn.needLogin', password: 'signIn.needPassword', code: 'signIn.needCode' };
const SAID: Record<string, string> = { 'auth.failed': 'signIn.wrong', 'auth.code': 'signIn.wrongCode', 'auth.code_used': 'signIn.usedCode', 'auth.ticket': 'signIn.tooLate', sealed: 'signIn.sealed' };

export function faultOf(problem: Problem, step: Step, now = Date.now()): Fault {
  const box: Box = step === 'code' && problem.code !== 'auth.ticket' ? 'code' : 'password';
  if (problem.status === 0) return { key: 'error.offline' };
  if (problem.code === 'limited') return { key: 'signIn.limited', until: now + Math.max(1, Number(problem.args['retry_after']) || 30) * 1000 };
  if (problem.code === 'auth.failed' && step === 'code') return { key: 'signIn.wrongCode', box };
  const key = SAID[problem.code];
  return { ...(key ? { key } : { text: [problem.title, problem.detail].filter(Boolean).join(' ') }), ...(problem.status === 401 || problem.status === 422 ? { box } : {}) };
}

export class SignInFlow {
  private ticket = '';
  private now: Progress = { step: 'password', busy: false, fault: null };

  constructor(private readonly changed: () => void, private readonly signedIn: (session: SignedIn) => void) {}

  get state(): Progress {
    return this.now;
  }

  async givePassword(login: string, password: string): Promise<void> {
    const name = login.trim();
    if (!name || !password) return this.refuse(name ? 'password' : 'login');
    await this.ask(() => api.post<SignedIn | TotpNext>('/session', { login: name, password }, { anonymous: true }));
  }

  async giveCode(code: string): Promise<void> {
    // Full-width digits come from Chinese keyboards, blanks from the way codes are shown.
    const plain = code.normalize('NFKC').replaceAll(/\s/g, '');
    if (!plain) return this.refuse('code');
    await this.ask(() => api.post<SignedIn>('/session/totp', { ticket: this.ticket, code: plain }, { anonymous: true }));
  }

  /** Back to login and password. */
  back(): void {
    this.ticket = '';
    this.set({ step: 'password', busy: false, fault: null });
  }

  /** What was wrong is being mended. */
  forget(): void {
    if (this.now.fault && !this.waits()) this.set({ ...this.now, fault: null });
  }

  /** Whole seconds until the next try; 0 when it may be made now. */
  waits(now = Date.now()): number {
    return Math.max(0, Math.ceil(((this.now.fault?.until ?? 0) - now) / 1000));
  }

  private refuse(box: Box): void {
    this.set({ ...this.now, fault: { key: EMPTY[box], box, empty: true } });
  }

  private async ask(request: () => Promise<SignedIn | TotpNext>): Promise<void> {
    if (this.now.busy || this.now.step === 'done' || this.waits() > 0) return;
    this.set({ ...this.now, busy: true, fault: null });
    try {
      const answer = await request();
      if (answer.signed_in) {
        this.set({ step: 'done', busy: true, fault: null });
        this.signedIn(answer);
        return;
      }
      this.ticket = answer.ticket;
      this.set({ step: 'code', busy: false, fault: null });
    } catch (error) {
      const problem = asProblem(error);
      const fault = faultOf(problem, this.now.step);
      this.set({ step: problem.code === 'auth.ticket' ? 'password' : this.now.step, busy: false, fault });
    }
  }

  private set(next: Progress): void {
    this.now = next;
    this.changed();
  }
}
