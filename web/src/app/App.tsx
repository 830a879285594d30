import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Problem } from '@/api/problem';
import { switchLanguage } from '@/i18n';
import { usePreferences } from '@/theme/preferences';
import { UiProvider } from '@/ui/Provider';
import { ErrorBoundary } from './ErrorBoundary';
import { createAppRouter } from './router';

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // Only what may pass by itself is tried again: no answer, too busy.
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status === 503),
    },
  },
});
const router = createAppRouter();

export function App() {
  const { language } = usePreferences();
  useEffect(() => {
    void switchLanguage(language);
  }, [language]);
  return (
    <QueryClientProvider client={queryClient}>
      <UiProvider>
        <ErrorBoundary>
          <RouterProvider router={router} />
        </ErrorBoundary>
      </UiProvider>
    </QueryClientProvider>
  );
}
