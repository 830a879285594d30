import { QueryClient } from '@tanstack/react-query';
import { Problem } from '@/api/problem';

/** The answers of the server that the page holds, in memory alone. */
export const createQueryClient = (): QueryClient => new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // Only what may pass by itself is tried again: no answer, too busy.
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status === 503),
    },
  },
});
