/**
 * The visible mark of who looks at the page. Drawn on a canvas and set through the CSSOM, so that
 * a strict content policy does not silently drop it; put back and reported when it is removed.
 * It deters and traces; it does not prevent.
 */
import { useEffect } from 'react';
import { useMode } from '@/theme/preferences';
import { fontFamily, type Mode } from '@/theme/tokens';

const MARK = 'data-kd-mark';

function tile(text: string, detail: string, mode: Mode): string {
  const canvas = document.createElement('canvas');
  const ratio = Math.max(1, Math.round(window.devicePixelRatio || 1));
  const [width, height] = [300, 190];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext('2d');
  if (!pen) return '';
  pen.scale(ratio, ratio);
  pen.translate(width / 2, height / 2);
  pen.rotate((-20 * Math.PI) / 180);
  pen.textAlign = 'center';
  pen.fillStyle = mode === 'light' ? 'rgba(20, 50, 56, 0.055)' : 'rgba(226, 240, 240, 0.05)';
  pen.font = `500 15px ${fontFamily}`;
  pen.fillText(text, 0, -4);
  pen.font = `12px ${fontFamily}`;
  pen.fillText(detail, 0, 15);
  return canvas.toDataURL('image/png');
}

const STYLE: Record<string, string> = {
  position: 'fixed', inset: '0', 'z-index': '1150', 'pointer-events': 'none', display: 'block', visibility: 'visible', opacity: '1',
  'background-repeat': 'repeat', 'background-size': '300px 190px', transform: 'none', clip: 'auto', width: '100vw', height: '100vh',
};

export interface WatermarkProps {
  /** Name and last digits of the staff number. */
  text: string;
  /** Short id of the session, so that a photo leads to it. */
  trace: string;
  onTampered: () => void;
}

export function Watermark({ text, trace, onTampered }: WatermarkProps) {
  const mode = useMode();
  useEffect(() => {
    let image = '';
    let node: HTMLElement | null = null;
    const draw = (): void => {
      const now = new Date();
      const pad = (value: number): string => String(value).padStart(2, '0');
      const stamp = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())} ${pad(now.getHours())}:${pad(now.getMinutes())}`;
      image = `url("${tile(text, `${stamp} · ${trace}`, mode)}")`;
    };
    const paint = (): void => {
      observer.disconnect();
      node?.remove();
      node = document.createElement('div');
      node.setAttribute(MARK, '');
      node.setAttribute('aria-hidden', 'true');
      for (const [name, value] of Object.entries(STYLE)) node.style.setProperty(name, value, 'important');
      node.style.setProperty('background-image', image, 'important');
      document.body.append(node);
      observer.observe(document.body, { childList: true });
      observer.observe(node, { attributes: true, childList: true });
    };
    const intact = (): boolean => node !== null && node.parentNode === document.body && !node.hidden && node.style.backgroundImage !== '' && node.style.getPropertyValue('display') === 'block' && node.style.getPropertyValue('opacity') === '1' && node.style.getPropertyValue('visibility') === 'visible' && !node.className;
    const observer = new MutationObserver(() => {
      if (intact()) return;
      paint();
      onTampered();
    });
    draw();
    paint();
    const timer = window.setInterval(() => { draw(); paint(); }, 60_000);
    return () => {
      window.clearInterval(timer);
      observer.disconnect();
      node?.remove();
    };
  }, [text, trace, mode, onTampered]);
  return null;
}
