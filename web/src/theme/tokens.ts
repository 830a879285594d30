/**
 * The design tokens of Kedun, the only place where a colour, a size or a duration is chosen.
 *
 * Neutrals lean towards the teal of the brand, in the light mode as in the dark one, so that
 * surfaces and accents belong together. Every text colour reaches 4.5:1 on every surface it is
 * used on and every border of a control 3:1; `tokens.test.ts` computes it.
 */

export type Mode = 'light' | 'dark';

export interface Palette {
  /** Page behind everything: rail, top bar. */
  bgLayout: string;
  /** Main surface: lists, pages, inputs. */
  bg: string;
  /** Slightly recessed surface: table heads, section heads, code. */
  bgSunken: string;
  /** Menus, dialogs, popovers. */
  bgElevated: string;
  bgHover: string;
  /** `bgHover` on a menu, a dialog or a popover. */
  bgHoverElevated: string;
  bgActive: string;
  bgSelected: string;
  bgSelectedHover: string;
  border: string;
  borderSoft: string;
  /** Border of an input or a check box; 3:1 on `bg`. */
  borderControl: string;
  text: string;
  textSecondary: string;
  /** Hints, placeholders, units; still 4.5:1 on `bg`. */
  textTertiary: string;
  textDisabled: string;
  primary: string;
  primaryHover: string;
  primaryActive: string;
  onPrimary: string;
  primarySoft: string;
  link: string;
  linkHover: string;
  success: string;
  successSoft: string;
  warning: string;
  warningSoft: string;
  danger: string;
  dangerHover: string;
  dangerSoft: string;
  onDanger: string;
  info: string;
  infoSoft: string;
  /** Personal data: padlocks and reveal. */
  privacy: string;
  privacySoft: string;
  focus: string;
  mask: string;
  shadowColor: string;
}

export const palettes: Record<Mode, Palette> = {
  light: {
    bgLayout: '#f3f6f6',
    bg: '#ffffff',
    bgSunken: '#f8fafa',
    bgElevated: '#ffffff',
    bgHover: '#f1f5f5',
    bgHoverElevated: '#f1f5f5',
    bgActive: '#e6edec',
    bgSelected: '#e8f4f2',
    bgSelectedHover: '#dceeeb',
    border: '#d9e1e1',
    borderSoft: '#e8edee',
    borderControl: '#879799',
    text: '#142124',
    textSecondary: '#475a5d',
    textTertiary: '#5f7174',
    textDisabled: '#94a3a5',
    primary: '#0f766e',
    primaryHover: '#115e59',
    primaryActive: '#0c4f4a',
    onPrimary: '#ffffff',
    primarySoft: '#e0f2ef',
    link: '#0f766e',
    linkHover: '#0b5650',
    success: '#18743c',
    successSoft: '#e4f4e9',
    warning: '#97520a',
    warningSoft: '#fdf1de',
    danger: '#b4232a',
    dangerHover: '#941a21',
    dangerSoft: '#fdeaea',
    onDanger: '#ffffff',
    info: '#1f5fae',
    infoSoft: '#e6f0fb',
    privacy: '#6442ac',
    privacySoft: '#f0ebfa',
    focus: '#0d9488',
    mask: 'rgba(11, 24, 26, 0.42)',
    shadowColor: '18 38 42',
  },
  dark: {
    bgLayout: '#0b1113',
    bg: '#11181a',
    bgSunken: '#0e1517',
    bgElevated: '#192225',
    bgHover: '#182124',
    bgHoverElevated: '#253135',
    bgActive: '#202c2f',
    bgSelected: '#12302e',
    bgSelectedHover: '#173b38',
    border: '#2a373a',
    borderSoft: '#1f2a2d',
    borderControl: '#6b7f82',
    text: '#e4ecec',
    textSecondary: '#adbcbd',
    textTertiary: '#8b9c9e',
    textDisabled: '#5a6a6c',
    primary: '#2fb3a4',
    primaryHover: '#46c6b7',
    primaryActive: '#259387',
    onPrimary: '#04201d',
    primarySoft: '#12302e',
    link: '#5ed3c4',
    linkHover: '#85e2d6',
    success: '#5cc585',
    successSoft: '#11301f',
    warning: '#e5ab57',
    warningSoft: '#35270f',
    danger: '#f2858a',
    dangerHover: '#f6a3a7',
    dangerSoft: '#3b1a1d',
    onDanger: '#2c0709',
    info: '#7db4f2',
    infoSoft: '#13283f',
    privacy: '#b9a0f0',
    privacySoft: '#271f3d',
    focus: '#2fb3a4',
    mask: 'rgba(3, 7, 8, 0.62)',
    shadowColor: '0 0 0',
  },
};

/** The side of the sign-in page: dark in both modes, from the colour of the brand. */
export const brand: Record<Mode, { from: string; via: string; to: string; text: string; muted: string; accent: string }> = {
  light: { from: '#0f766e', via: '#0b4f4a', to: '#093b38', text: '#ffffff', muted: '#e4f4f1', accent: '#a6ebe0' },
  dark: { from: '#0f3a37', via: '#0c2526', to: '#0a1a1b', text: '#e4ecec', muted: '#b9cbca', accent: '#5ed3c4' },
};

/** Hues for stages, statuses, tags and avatars; text on `soft` and on the page reaches 4.5:1. */
export const HUES = ['teal', 'blue', 'violet', 'amber', 'green', 'rose', 'cyan', 'slate', 'orange', 'indigo'] as const;
export type Hue = (typeof HUES)[number];

export const hues: Record<Mode, Record<Hue, { dot: string; text: string; soft: string }>> = {
  light: {
    teal: { dot: '#0d9488', text: '#0f6b64', soft: '#e0f2ef' },
    blue: { dot: '#2f7bd6', text: '#1f5fae', soft: '#e6f0fb' },
    violet: { dot: '#8058c9', text: '#6442ac', soft: '#f0ebfa' },
    amber: { dot: '#d08b13', text: '#8a5407', soft: '#fdf1de' },
    green: { dot: '#2a9d55', text: '#18743c', soft: '#e4f4e9' },
    rose: { dot: '#d4475a', text: '#a92a3f', soft: '#fcebee' },
    cyan: { dot: '#1491b0', text: '#0d6981', soft: '#e0f3f8' },
    slate: { dot: '#7d8d90', text: '#475a5d', soft: '#edf1f1' },
    orange: { dot: '#db6b2a', text: '#a0460f', soft: '#fdeee4' },
    indigo: { dot: '#5a67d8', text: '#434fb8', soft: '#eaecfb' },
  },
  dark: {
    teal: { dot: '#2fb3a4', text: '#6fd8ca', soft: '#12302e' },
    blue: { dot: '#5b9be8', text: '#8fbef3', soft: '#13283f' },
    violet: { dot: '#a184e6', text: '#bfa9f1', soft: '#271f3d' },
    amber: { dot: '#dba23f', text: '#ebbb72', soft: '#35270f' },
    green: { dot: '#45b873', text: '#74cf98', soft: '#11301f' },
    rose: { dot: '#e7707f', text: '#f29aa5', soft: '#3b1a20' },
    cyan: { dot: '#35b1cf', text: '#74cde4', soft: '#0f2d36' },
    slate: { dot: '#8b9c9e', text: '#b4c2c3', soft: '#1f2a2d' },
    orange: { dot: '#ea8a4e', text: '#f1aa7e', soft: '#38210f' },
    indigo: { dot: '#8791f0', text: '#abb2f5', soft: '#1e2242' },
  },
};

export const radius = { sm: 4, md: 6, lg: 10, full: 999 } as const;
/** Spacing on a grid of four: `space[3]` is 12 px. */
export const space = [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40] as const;
export const fontSize = { xs: 12, sm: 13, md: 14, lg: 16, xl: 20, xxl: 24 } as const;
export const lineHeight = { xs: 18, sm: 20, md: 22, lg: 24, xl: 28, xxl: 32 } as const;
export const rowHeight = { compact: 36, normal: 40, relaxed: 48 } as const;
export type Density = keyof typeof rowHeight;
export const duration = { fast: 120, base: 180 } as const;
export const layout = { railWide: 224, railNarrow: 56, topBar: 48, phone: 640, tabBar: 56 } as const;

export const fontFamily =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const fontFamilyCode = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Noto Sans Mono', monospace";
