/** Turns the tokens into the style sheet of `--kd-…` variables that all own components use. */
import {
  brand, duration, fontFamily, fontFamilyCode, fontSize, hues, layout, lineHeight, palettes, radius, rowHeight,
  type Mode,
} from './tokens';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Declarations of one colour mode. */
function modeVariables(mode: Mode): string[] {
  const palette = palettes[mode];
  const lines = Object.entries(palette).map(([name, value]) => `--kd-${kebab(name)}:${value}`);
  for (const [name, hue] of Object.entries(hues[mode])) {
    lines.push(`--kd-hue-${name}:${hue.dot}`, `--kd-hue-${name}-text:${hue.text}`, `--kd-hue-${name}-soft:${hue.soft}`);
  }
  for (const [name, value] of Object.entries(brand[mode])) lines.push(`--kd-brand-${name}:${value}`);
  const strength = mode === 'light' ? [0.06, 0.1, 0.16] : [0.4, 0.5, 0.6];
  lines.push(
    `--kd-shadow-1:0 1px 2px rgb(${palette.shadowColor} / ${strength[0]})`,
    `--kd-shadow-2:0 4px 16px rgb(${palette.shadowColor} / ${strength[1]}), 0 0 1px rgb(${palette.shadowColor} / ${strength[2]})`,
    `--kd-shadow-3:0 12px 40px rgb(${palette.shadowColor} / ${strength[2]}), 0 0 1px rgb(${palette.shadowColor} / ${strength[2]})`,
    `color-scheme:${mode}`,
  );
  return lines;
}

/** Declarations that hold in both modes. */
function sharedVariables(): string[] {
  return [
    `--kd-font:${fontFamily}`,
    `--kd-font-code:${fontFamilyCode}`,
    ...Object.entries(fontSize).map(([name, px]) => `--kd-font-${name}:${px}px`),
    ...Object.entries(lineHeight).map(([name, px]) => `--kd-line-${name}:${px}px`),
    ...Object.entries(radius).map(([name, px]) => `--kd-radius-${name}:${px}px`),
    ...Object.entries(rowHeight).map(([name, px]) => `--kd-row-${name}:${px}px`),
    ...Object.entries(duration).map(([name, ms]) => `--kd-duration-${name}:${ms}ms`),
    ...Object.entries(layout).map(([name, px]) => `--kd-layout-${kebab(name)}:${px}px`),
  ];
}

export function cssVariables(): string {
  const dark = modeVariables('dark').join(';');
  return [
    `:root{${[...sharedVariables(), ...modeVariables('light')].join(';')}}`,
    `:root[data-theme="dark"]{${dark}}`,
    `@media (prefers-color-scheme: dark){:root:not([data-theme]){${dark}}}`,
  ].join('\n');
}
