/** A key on its way into an authenticator: scanned from a screen, opened on the telephone that shows it, or typed. */
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { CopyButton } from './Copy';
import { Icon } from './icons';
import { usePhone } from './useMedia';
import './authenticator.css';

const QrCode = lazy(() => import('./QrCode').then((module) => ({ default: module.QrCode })));

/** In groups of four, as people type it. */
const grouped = (secret: string): string => secret.replaceAll(/\s/g, '').replaceAll(/(.{4})(?=.)/g, '$1 ');

/** `children`: what has to be done with it, beside the code where there is room. */
export function AuthenticatorKey({ secret, uri, children }: { secret: string; uri: string; children?: ReactNode }) {
  const { t } = useTranslation();
  // A telephone cannot scan its own screen, and mostly it is the one with the authenticator.
  const phone = usePhone();
  const [elsewhere, setElsewhere] = useState(false);
  const code = <Suspense fallback={<span className="kd-qr kd-qr-wait" />}><QrCode text={uri} label={t('authenticator.qr')} size={phone ? 144 : 160} /></Suspense>;
  const key = (
    <div className="kd-authenticator-key">
      <p className="kd-faint">{t(phone ? 'authenticator.typeHere' : 'authenticator.type')}</p>
      <div className="kd-row"><code>{grouped(secret)}</code><CopyButton text={secret.replaceAll(/\s/g, '')} label={t('authenticator.copy')} /></div>
      {phone ? null : children}
    </div>
  );
  if (!phone) return <div className="kd-authenticator">{code}{key}</div>;
  return (
    <div className="kd-authenticator">
      <a className="kd-authenticator-open" href={uri}><Icon name="mobile" size={16} />{t('authenticator.open')}</a>
      {key}
      {elsewhere ? code : <Button kind="link" onClick={() => setElsewhere(true)}>{t('authenticator.elsewhere')}</Button>}
      {children}
    </div>
  );
}
