import type { QueryClient } from '@tanstack/react-query';
import type { ListSearch } from './search';

/** Asks for the records of a list; the code that knows how comes with the list. */
export async function askAhead(client: QueryClient, object: string, search: ListSearch): Promise<void> {
  const list = await import('@/features/records/list-query');
  await list.askAhead(client, object, search);
}
