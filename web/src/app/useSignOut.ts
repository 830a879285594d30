import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '@/api/client';

/** Ends the session and forgets everything this page holds. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await api.delete('/session').catch(() => undefined);
    client.clear();
    await navigate({ to: '/sign-in' });
  };
}
