/** The light sign-in page inside the app, when the way to it was not a new document. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { sessionQuery } from '@/api/queries';
import { sessionRenewed } from '@/api/session-gate';
import type { SignedIn } from '@/api/types';
import { mountSignInPage } from '@/sign-in/page';
import '@/ui/button.css';
import '@/ui/field.css';
import '@/ui/notice.css';

export function SignInPage() {
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ from: '/sign-in' });
  const place = useRef<HTMLDivElement>(null);
  const signedIn = useRef<(session: SignedIn) => void>(() => undefined);
  useEffect(() => {
    signedIn.current = (session) => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      sessionRenewed();
      void router.navigate({ href: next ?? '/', replace: true });
    };
  });
  useLayoutEffect(() => {
    if (!place.current) return undefined;
    return mountSignInPage(place.current, { onSignedIn: (session) => signedIn.current(session), onSetup: () => void router.navigate({ to: '/setup', replace: true }) });
  }, [router]);
  return <div ref={place} className="kd-public-place" />;
}
