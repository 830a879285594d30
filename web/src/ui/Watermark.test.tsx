import { render } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Watermark } from './Watermark';

beforeAll(() => {
  const pen = { scale: () => undefined, translate: () => undefined, rotate: () => undefined, fillText: () => undefined };
  HTMLCanvasElement.prototype.getContext = (() => pen) as never;
  HTMLCanvasElement.prototype.toDataURL = () => 'data:image/png;base64,AAAA';
});

const mark = (): HTMLElement | null => document.querySelector('[data-kd-mark]');

describe('watermark', () => {
  it('covers the page, lets clicks through, and goes with its component', () => {
    const view = render(<Watermark text="王小明 0421" trace="0f42c7" onTampered={() => undefined} />);
    expect(mark()?.style.backgroundImage).toContain('data:image/png');
    expect(mark()?.style.pointerEvents).toBe('none');
    view.unmount();
    expect(mark()).toBeNull();
  });

  it.each([
    ['removed', (node: HTMLElement) => node.remove()],
    ['hidden by style', (node: HTMLElement) => node.style.setProperty('display', 'none', 'important')],
    ['hidden by class', (node: HTMLElement) => node.setAttribute('class', 'gone')],
    ['emptied', (node: HTMLElement) => node.style.removeProperty('background-image')],
    ['hidden by attribute', (node: HTMLElement) => { node.hidden = true; }],
  ])('comes back and reports when %s', async (_name, tamper) => {
    const onTampered = vi.fn();
    render(<Watermark text="A" trace="t" onTampered={onTampered} />);
    const before = mark();
    expect(before).not.toBeNull();
    if (before) tamper(before);
    await vi.waitFor(() => expect(onTampered).toHaveBeenCalledTimes(1));
    expect(mark()).not.toBe(before);
    expect(mark()?.style.backgroundImage).toContain('data:image/png');
  });
});
