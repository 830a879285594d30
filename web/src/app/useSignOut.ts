import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '@/api/client';
import { setPreferences } from '@/theme/preferences';

/** Ends the session and forgets everything this page holds. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await api.delete('/session').catch(() => undefined);
    // The answer empties the storage of the browser; language and appearance are chosen by whoever sits here and stay.
    setPreferences({});
    client.clear();
    await navigate({ to: '/sign-in' });
  };
}
