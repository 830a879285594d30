/** Asks to sign in again over the unchanged page when the session has run out. */
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '@/api/queries';
import { gateState, sessionRenewed, subscribeGate } from '@/api/session-gate';
import type { SignedIn } from '@/api/types';
import { SignInForm } from '@/features/session/SignInForm';
import { Dialog } from '@/ui/Dialog';
import { useSignOut } from './useSignOut';

export function ReauthDialog({ login }: { login: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const signOut = useSignOut();
  const expired = useSyncExternalStore(subscribeGate, gateState) === 'expired';
  const onSignedIn = (session: SignedIn): void => {
    const before = client.getQueryData(sessionQuery.queryKey);
    // Another person at the same desk must not inherit the page of the one before.
    if (before?.signed_in && before.person.id !== session.person.id) {
      client.clear();
      window.location.assign('/');
      return;
    }
    client.setQueryData(sessionQuery.queryKey, session);
    sessionRenewed();
  };
  return (
    <Dialog open={expired} closable={false} width={400} title={t('reauth.title')} description={t('reauth.text')}>
      <SignInForm login={login} onSignedIn={onSignedIn} onOther={() => void signOut().then(sessionRenewed)} />
    </Dialog>
  );
}
