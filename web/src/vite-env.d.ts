/// <reference types="vite/client" />
declare module 'virtual:kedun-tokens.css';
