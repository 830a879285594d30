import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '@/api/queries';
import { sessionRenewed } from '@/api/session-gate';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { Notice } from '@/ui/PageHeader';
import { PublicFrame } from './PublicFrame';
import { SignInForm } from './SignInForm';

export function SignInPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ from: '/sign-in' });
  const { data, error, refetch } = useQuery({ ...sessionQuery, staleTime: 0 });
  const go = (): void => void router.navigate({ href: next ?? '/', replace: true });
  if (data?.signed_in) return <Navigate to={next ?? '/'} replace />;
  if (data && data.state === 'setup') return <Navigate to="/setup" replace />;
  return (
    <PublicFrame title={t('signIn.title')} text={data?.org_name}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : null}
      {!data && !error ? <SkeletonLines lines={4} /> : null}
      {data?.state === 'sealed' ? <Notice tone="warning" title={t('signIn.sealedTitle')}>{t('signIn.sealed')}</Notice> : null}
      {data?.state === 'ready' ? (
        <SignInForm onSignedIn={(session) => { client.clear(); client.setQueryData(sessionQuery.queryKey, session); sessionRenewed(); go(); }} />
      ) : null}
    </PublicFrame>
  );
}
