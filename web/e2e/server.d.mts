export const BIN: string;
export const PASSWORD: string;
export interface Server {
  url: string;
  said: string;
  link?: string;
  login: (role: string) => string | undefined;
  stop: () => Promise<void>;
}
export function start(words: string[], options?: { timeout?: number }): Promise<Server>;
export function demoCode(login: string): string;
