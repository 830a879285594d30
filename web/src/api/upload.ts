/** A file upload that tells how far it is and can be stopped; `fetch` cannot tell. */
import { preferences } from '@/theme/preferences';
import { Problem, readProblem } from './problem';
import { sessionExpired } from './session-gate';

export interface UploadOptions {
  signal?: AbortSignal;
  /** Called with the bytes that have left and the bytes there are. */
  onProgress?: (sent: number, total: number) => void;
}

function send(path: string, form: FormData, { signal, onProgress }: UploadOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(new DOMException('aborted', 'AbortError'));
    if (signal?.aborted) {
      aborted();
      return;
    }
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('accept', 'application/json, application/problem+json');
    request.setRequestHeader('accept-language', preferences().language);
    request.setRequestHeader('x-kd-csrf', '1');
    request.upload.onprogress = (event) => onProgress?.(event.loaded, event.lengthComputable ? event.total : 0);
    request.onload = () => {
      const headers = new Headers();
      for (const name of ['content-type', 'x-trace']) {
        const value = request.getResponseHeader(name);
        if (value) headers.set(name, value);
      }
      resolve(new Response(request.responseText, { status: request.status, statusText: request.statusText, headers }));
    };
    request.onerror = () => reject(new Problem(0, 'offline', 'offline'));
    request.onabort = aborted;
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Sends a form with a file; waits for a new sign-in when the session ran out, and sends it again. */
export async function upload<T>(path: string, form: FormData, options: UploadOptions = {}): Promise<T> {
  let response = await send(path, form, options);
  if (response.status === 401) {
    const problem = await readProblem(response);
    if (problem.code !== 'unauthenticated') throw problem;
    await sessionExpired(options.signal);
    response = await send(path, form, options);
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as T;
}
