/** Elements without a framework: made by name, never from markup, and their texts follow the language. */
import { icons, texts } from 'virtual:kedun-light';
import { preferences, subscribe } from '@/theme/choices';
import { LOGO } from '@/theme/logo';

export type Args = Record<string, string | number>;

/** The text of a key in the language in force. */
export function t(key: string, args: Args = {}): string {
  const text = texts[preferences().language][key] ?? key;
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(args[name] ?? ''));
}

type Attributes = Record<string, string | boolean | undefined>;

export function put(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
  }
}

export function el<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: (Node | string | null)[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  put(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function drawn(tag: string, attributes: Attributes, ...children: Element[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  put(element, attributes);
  element.append(...children);
  return element;
}

/** An icon beside a text; it is never spoken. */
export function icon(name: string, size = 16, className?: string): SVGElement {
  const lines = (icons[name] ?? []).map(([tag, attributes]) => drawn(tag, attributes));
  return drawn('svg', { width: String(size), height: String(size), viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.75', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true', class: className }, ...lines);
}

export const shield = (): SVGElement => drawn('svg', { viewBox: '0 0 32 32', 'aria-hidden': 'true' }, drawn('path', { d: LOGO.shield }));
export const logo = (size: number): SVGElement =>
  drawn('svg', { width: String(size), height: String(size), viewBox: '0 0 32 32', 'aria-hidden': 'true', class: 'kd-logo' },
    drawn('path', { class: 'kd-logo-shield', d: LOGO.shield }), drawn('path', { class: 'kd-logo-letter', d: LOGO.letter }));

/** Keeps what was drawn in step with the choices of the person, until it is ended. */
export class Live {
  private readonly draws: (() => void)[] = [];
  private readonly ends: (() => void)[] = [subscribe(() => this.draw())];

  /** Draws now, and again after every change. */
  on(draw: () => void): void {
    this.draws.push(draw);
    draw();
  }

  /** A text that follows the language. */
  text(key: string): Text {
    const node = document.createTextNode('');
    this.on(() => { node.data = t(key); });
    return node;
  }

  draw(): void {
    for (const draw of this.draws) draw();
  }

  atEnd(end: () => void): void {
    this.ends.push(end);
  }

  end(): void {
    for (const end of this.ends) end();
  }
}
