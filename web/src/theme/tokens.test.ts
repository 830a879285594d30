import { describe, expect, it } from 'vitest';
import { contrast } from './contrast';
import { brand, hues, palettes, type Mode } from './tokens';

const modes: Mode[] = ['light', 'dark'];

describe.each(modes)('tokens, %s', (mode) => {
  const p = palettes[mode];
  const surfaces = { bg: p.bg, sunken: p.bgSunken, layout: p.bgLayout, elevated: p.bgElevated, hover: p.bgHover, 'hover on elevated': p.bgHoverElevated, selected: p.bgSelected };

  it.each(Object.entries(surfaces))('text reads on %s', (_name, surface) => {
    for (const text of [p.text, p.textSecondary, p.textTertiary, p.link, p.danger, p.success, p.warning, p.info, p.privacy]) {
      expect(contrast(text, surface), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('labels read on coloured buttons and soft grounds', () => {
    const pairs: [string, string][] = [
      [p.onPrimary, p.primary], [p.onPrimary, p.primaryHover], [p.onDanger, p.danger], [p.onDanger, p.dangerHover],
      [p.success, p.successSoft], [p.warning, p.warningSoft], [p.danger, p.dangerSoft], [p.info, p.infoSoft],
      [p.privacy, p.privacySoft], [p.link, p.primarySoft],
    ];
    for (const [text, ground] of pairs) expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  it('texts beside the sign-in form read from one end of their ground to the other', () => {
    const side = brand[mode];
    for (const ground of [side.from, side.via, side.to]) expect(contrast(side.accent, ground), `${side.accent} on ${ground}`).toBeGreaterThanOrEqual(3);
    for (const ground of [side.from, side.via, side.to]) for (const text of [side.text, side.muted]) expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  it('hues read as text and stand out as dots', () => {
    for (const hue of Object.values(hues[mode])) {
      expect(contrast(hue.text, hue.soft), hue.text).toBeGreaterThanOrEqual(4.5);
      expect(contrast(hue.text, p.bg), hue.text).toBeGreaterThanOrEqual(4.5);
      expect(contrast(hue.dot, p.bg), hue.dot).toBeGreaterThanOrEqual(2.6);
    }
  });

  it('what is pointed at stands out from its ground', () => {
    expect(contrast(p.bgHover, p.bg)).toBeGreaterThanOrEqual(1.08);
    expect(contrast(p.bgHoverElevated, p.bgElevated)).toBeGreaterThanOrEqual(1.08);
  });

  it('borders of controls and the focus ring reach 3:1', () => {
    expect(contrast(p.borderControl, p.bg)).toBeGreaterThanOrEqual(3);
    expect(contrast(p.focus, p.bg)).toBeGreaterThanOrEqual(3);
  });
});
