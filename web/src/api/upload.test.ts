import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from './problem';
import { gateState, sessionRenewed } from './session-gate';
import { upload } from './upload';

interface Answer { status: number; body: unknown }

/** Stands for the browser's request: answers from a list, or waits to be stopped. */
class FakeRequest {
  static answers: Answer[] = [];
  static sent: FakeRequest[] = [];
  headers: Record<string, string> = {};
  upload: { onprogress: ((event: unknown) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  statusText = '';
  responseText = '';
  open(_method: string, readonlyUrl: string): void { this.headers['url'] = readonlyUrl; }
  setRequestHeader(name: string, value: string): void { this.headers[name] = value; }
  getResponseHeader(name: string): string | null { return name === 'content-type' ? 'application/problem+json' : null; }
  abort(): void { this.onabort?.(); }
  send(): void {
    FakeRequest.sent.push(this);
    const answer = FakeRequest.answers.shift();
    if (!answer) return;
    this.upload.onprogress?.({ loaded: 50, total: 100, lengthComputable: true });
    this.status = answer.status;
    this.responseText = JSON.stringify(answer.body);
    queueMicrotask(() => this.onload?.());
  }
}

describe('upload', () => {
  beforeEach(() => { FakeRequest.answers = []; FakeRequest.sent = []; vi.stubGlobal('XMLHttpRequest', FakeRequest); });
  afterEach(() => vi.unstubAllGlobals());

  it('proves its origin and tells how far it is', async () => {
    FakeRequest.answers = [{ status: 201, body: { id: 'x' } }];
    const onProgress = vi.fn();
    await expect(upload('/imports', new FormData(), { onProgress })).resolves.toEqual({ id: 'x' });
    expect(FakeRequest.sent[0]?.headers).toMatchObject({ url: '/api/v1/imports', 'x-kd-csrf': '1' });
    expect(onProgress).toHaveBeenCalledWith(50, 100);
  });

  it('gives the problem of a refused file', async () => {
    FakeRequest.answers = [{ status: 422, body: { code: 'import.encrypted', title: 'protected', detail: 'no' } }];
    await expect(upload('/imports', new FormData())).rejects.toMatchObject({ code: 'import.encrypted', detail: 'no' });
  });

  it('waits for a new sign-in and sends the file again', async () => {
    FakeRequest.answers = [{ status: 401, body: { code: 'unauthenticated', title: '' } }, { status: 201, body: { id: 'y' } }];
    const sent = upload('/imports', new FormData());
    await vi.waitFor(() => expect(gateState()).toBe('expired'));
    sessionRenewed();
    await expect(sent).resolves.toEqual({ id: 'y' });
    expect(FakeRequest.sent).toHaveLength(2);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const sent = upload('/imports', new FormData(), { signal: stop.signal });
    stop.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    await expect(upload('/imports', new FormData(), { signal: stop.signal })).rejects.not.toBeInstanceOf(Problem);
  });
});
