/**
 * The one way to the server. Adds the header that proves a same-origin script, speaks
 * problem+json, and holds requests while the person signs in again after an expired session.
 */
import { preferences } from '@/theme/choices';
import { Problem, readProblem } from './problem';
import { sessionExpired } from './session-gate';

const BASE = '/api/v1';

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  /** A file upload instead of JSON. */
  form?: FormData;
  /** Version of the record that the change is based on. */
  ifMatch?: number;
  /** Makes a repeated create answer with the first result. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** True for calls of the sign-in dialog itself: a 401 is then an answer, not an expiry. */
  anonymous?: boolean;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

function urlOf(path: string, query: RequestOptions['query']): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text ? `?${text}` : ''}`;
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers = new Headers({ accept: 'application/json, application/problem+json', 'accept-language': preferences().language });
  if (method !== 'GET') headers.set('x-kd-csrf', '1');
  if (options.ifMatch !== undefined) headers.set('if-match', `"${options.ifMatch}"`);
  if (options.idempotencyKey) headers.set('idempotency-key', options.idempotencyKey);
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  try {
    return await fetch(urlOf(path, options.query), {
      method,
      headers,
      body: options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      signal: options.signal,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'offline', 'offline');
  }
}

async function request(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await send(method, path, options);
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401 && problem.code === 'unauthenticated' && !options.anonymous) {
    // The typed text stays on the page: wait for the new sign-in, then send the same request once more.
    await sessionExpired(options.signal);
    const again = await send(method, path, options);
    if (again.ok) return again;
    throw await readProblem(again);
  }
  throw problem;
}

async function json<T>(method: Method, path: string, options?: RequestOptions): Promise<T> {
  const response = await request(method, path, options);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => json<T>('GET', path, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) => json<T>('POST', path, { ...options, body }),
  put: <T>(path: string, body?: unknown, options?: RequestOptions) => json<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body?: unknown, options?: RequestOptions) => json<T>('PATCH', path, { ...options, body }),
  delete: <T>(path: string, options?: RequestOptions) => json<T>('DELETE', path, options),
  upload: <T>(path: string, form: FormData, options?: RequestOptions) => json<T>('POST', path, { ...options, form }),
  /** Fetches a file and offers it for saving. */
  async download(method: 'GET' | 'POST', path: string, name: string): Promise<void> {
    const blob = await (await request(method, path)).blob();
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
  },
};

export const newKey = (): string => crypto.randomUUID();
