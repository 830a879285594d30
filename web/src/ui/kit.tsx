/**
 * The component kit, used for the inputs that are hard to make well: searchable choices, dates,
 * trees. It stays out of the first load; each component brings the kit with it.
 */
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useMemo, type ReactNode } from 'react';
import { antdTheme } from '@/theme/antd';
import { useMode, usePreferences, useReducedMotion } from '@/theme/preferences';
import { usePhone } from './useMedia';

/** The nonce that the server put into the page; style elements without it are refused by the browser. */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

const csp = { nonce: styleNonce() };
const button = { autoInsertSpace: false };
const wave = { disabled: true };

export function Kit({ children }: { children: ReactNode }) {
  const mode = useMode();
  const reduced = useReducedMotion();
  const phone = usePhone();
  const { language } = usePreferences();
  dayjs.locale(language === 'en' ? 'en' : 'zh-cn');
  const theme = useMemo(() => antdTheme(mode, reduced, phone), [mode, reduced, phone]);
  return (
    <ConfigProvider theme={theme} locale={language === 'en' ? enUS : zhCN} csp={csp} button={button} wave={wave}>
      {children}
    </ConfigProvider>
  );
}
