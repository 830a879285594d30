/// <reference types="vite/client" />
declare module 'virtual:kedun-tokens.css';
declare module 'virtual:kedun-light' {
  export const texts: Record<'zh-CN' | 'en', Record<string, string>>;
  export const icons: Record<string, [tag: string, attributes: Record<string, string>][]>;
}
