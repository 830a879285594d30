import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { api } from '@/api/client';
import { Problem } from '@/api/problem';
import type { RecordView } from '@/api/types';
import { ToastProvider } from '@/ui/toast';
import { useSaveRecord } from './useRecord';

const record = { id: 'r1', object: 'account', version: 3, values: {}, can: ['update'] } as unknown as RecordView;
afterEach(() => vi.restoreAllMocks());

function Saving({ telling }: { telling: Parameters<typeof useSaveRecord>[1] }) {
  const save = useSaveRecord(record, telling);
  return <><button type="button" onClick={() => save.mutate({ values: { name: 'x' } })}>save</button>{save.error ? <p>told in the form</p> : null}</>;
}

async function refused(telling: Parameters<typeof useSaveRecord>[1]): Promise<number> {
  vi.spyOn(api, 'patch').mockRejectedValue(new Problem(412, 'record.version_changed', 'changed'));
  render(<QueryClientProvider client={new QueryClient()}><ToastProvider><Saving telling={telling} /></ToastProvider></QueryClientProvider>);
  fireEvent.click(screen.getByText('save'));
  await waitFor(() => expect(screen.getByText('told in the form')).toBeTruthy());
  return document.querySelectorAll('.kd-toast').length;
}

describe('a record that somebody else changed meanwhile', () => {
  it('is told once, by a notice', async () => expect(await refused('typed')).toBe(1));
  it('is told once, by the form that tells it itself', async () => expect(await refused('in the form')).toBe(0));
});
