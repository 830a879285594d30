/**
 * Meets requests that were refused because the session ran out. They wait here while the page
 * shows the sign-in dialog over the unchanged work, and go on when it succeeded.
 */
type State = 'open' | 'expired';

let state: State = 'open';
let waiting: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
const listeners = new Set<() => void>();
const announce = (): void => listeners.forEach((listener) => listener());

/** Resolves after the person has signed in again. */
export function sessionExpired(signal?: AbortSignal): Promise<void> {
  if (state === 'open') {
    state = 'expired';
    announce();
  }
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
  });
}

/** Called by the sign-in dialog after success. */
export function sessionRenewed(): void {
  state = 'open';
  const held = waiting;
  waiting = [];
  for (const { resolve } of held) resolve();
  announce();
}

export const gateState = (): State => state;

export function subscribeGate(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
