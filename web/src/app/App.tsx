import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { switchLanguage } from '@/i18n';
import { usePreferences } from '@/theme/preferences';
import { UiProvider } from '@/ui/Provider';
import { ErrorBoundary } from './ErrorBoundary';
import type { AppRouter } from './router';

export function App({ client, router }: { client: QueryClient; router: AppRouter }) {
  const { language } = usePreferences();
  useEffect(() => {
    void switchLanguage(language);
  }, [language]);
  return (
    <QueryClientProvider client={client}>
      <UiProvider>
        <ErrorBoundary>
          <RouterProvider router={router} />
        </ErrorBoundary>
      </UiProvider>
    </QueryClientProvider>
  );
}
