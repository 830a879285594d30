/** The frame around every page: rail, top bar, phone tabs, watermark, palette, expired-session dialog. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { objectsQuery, sessionQuery } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { cx } from '@/ui/classes';
import { PageSkeleton } from '@/ui/States';
import { usePhone } from '@/ui/useMedia';
import { Watermark } from '@/ui/Watermark';
import { ErrorBoundary } from './ErrorBoundary';
import { Palette } from './Palette';
import { PhoneTabs } from './PhoneTabs';
import { Rail } from './Rail';
import { StepUpProvider } from './StepUp';
import { ReauthDialog } from './ReauthDialog';
import { TopBar } from './TopBar';
import './shell.css';

export function Shell() {
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Guard />
    </Suspense>
  );
}

function Guard() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const location = useLocation();
  if (!session.signed_in) {
    return <Leave setup={session.state === 'setup'} from={location.pathname === '/' ? undefined : location.href} />;
  }
  const must = session.must ?? [];
  if (must.length > 0 && location.pathname !== '/account') return <Navigate to="/account" replace />;
  return <Frame me={session} limited={must.length > 0} />;
}

/** Goes to the sign-in or setup page, once: the shell may render again before it is gone. */
function Leave({ setup, from }: { setup: boolean; from: string | undefined }) {
  const navigate = useNavigate();
  const left = useRef(false);
  useEffect(() => {
    if (left.current) return;
    left.current = true;
    if (setup) void navigate({ to: '/setup', replace: true });
    else void navigate({ to: '/sign-in', search: from ? { next: from } : {}, replace: true });
  }, [navigate, setup, from]);
  return <PageSkeleton />;
}

function Frame({ me, limited }: { me: SignedIn; limited: boolean }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const location = useLocation();
  // The server ends the mark with a trace of its own when it has one.
  const mark = /^(.*?)\s+([0-9a-f]{8,})$/.exec(me.watermark) ?? [];
  const [narrow, setNarrow] = useState(() => window.innerWidth < 1100);
  const [palette, setPalette] = useState(false);
  const onTampered = useCallback(() => void api.post('/client-events', { kind: 'watermark_tampered' }).catch(() => undefined), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className={cx('kd-shell', phone || limited ? 'kd-shell-bare' : narrow && 'kd-shell-narrow')}>
      <a href="#main" className="kd-skip">{t('shell.skip')}</a>
      {phone || limited ? null : <Rail me={me} narrow={narrow} onToggle={() => setNarrow(!narrow)} />}
      <TopBar me={me} limited={limited} onSearch={() => setPalette(true)} />
      <main id="main" tabIndex={-1} className="kd-main">
        <ErrorBoundary resetKey={location.pathname}>
          <Suspense fallback={<PageSkeleton />}>
            <StepUpProvider>{limited ? <Outlet /> : <WithObjects><Outlet /></WithObjects>}</StepUpProvider>
          </Suspense>
        </ErrorBoundary>
      </main>
      {phone && !limited ? <PhoneTabs me={me} /> : null}
      {limited ? null : <Palette open={palette} onClose={() => setPalette(false)} me={me} />}
      <ReauthDialog login={me.person.login} />
      <Watermark text={mark[1] ?? me.watermark} trace={mark[2] ?? me.session.id.slice(-6)} onTampered={onTampered} />
    </div>
  );
}

/** Waits for the metadata that every page needs. */
function WithObjects({ children }: { children: React.ReactNode }) {
  useSuspenseQuery(objectsQuery);
  return children;
}
