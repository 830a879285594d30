/** Fills the command palette: records from the server, pages, settings. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { objectsQuery } from '@/api/queries';
import type { RecordAtHand, SearchGroup, SignedIn } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { setPreferences } from '@/theme/preferences';
import { CommandPalette, type PaletteGroup, type PaletteItem } from '@/ui/CommandPalette';
import { usePhone } from '@/ui/useMedia';
import { useFavourites, useRecent } from './at-hand';
import { objectIcon } from './icons';
import { adminDestinations, objectDestinations, toolDestinations } from './navigation';
import { useSignOut } from './useSignOut';

export function Palette({ open, onClose, me }: { open: boolean; onClose: () => void; me: SignedIn }) {
  const { t } = useTranslation();
  const { pick, noun } = useFormats();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const favourites = useFavourites();
  const recent = useRecent().filter((one) => !favourites.some((kept) => kept.id === one.id));
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query.trim());
  const asked = useDebounced(wanted, 160);
  const phone = usePhone();
  const { data: objects = [] } = useQuery(objectsQuery);
  const found = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => api.get<{ groups: SearchGroup[] }>('/search', { query: { q: asked, limit: 5 }, signal }),
    enabled: open && asked.length > 0,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  useEffect(() => { if (!open) setQuery(''); }, [open]);

  const openRecord = (object: string, id: string) => (): void => void navigate({ to: '/o/$object/$id', params: { object, id } });
  const labelOf = (key: string): string => { const object = objects.find((one) => one.key === key); return object ? pick(object) : key; };
  const manyOf = (key: string): string => { const object = objects.find((one) => one.key === key); return object ? pick({ zh: object.zh, en: object.en_plural }) : key; };
  const fieldOf = (object: string, key: string): string => { const field = objects.find((one) => one.key === object)?.fields.find((one) => one.key === key); return field ? pick(field) : ''; };
  const matches = (item: { label: string }): boolean => item.label.toLowerCase().includes(wanted.toLowerCase());

  const records: PaletteGroup[] = wanted
    ? (found.data?.groups ?? []).map((group) => ({
        key: group.object,
        title: manyOf(group.object),
        items: group.items.map((item) => ({
          key: item.id,
          icon: objectIcon(item.object),
          label: item.title ?? t('record.hiddenTitle'),
          hint: [item.subtitle, item.matched && !phone ? t('palette.matched', { field: fieldOf(item.object, item.matched.field) }) : null].filter(Boolean).join(' · '),
          run: openRecord(item.object, item.id),
        })),
      }))
    : [];
  const pages = [{ key: 'home', to: '/', icon: 'home' as const, labelKey: 'nav.home' }, ...objectDestinations(objects, pick), ...toolDestinations(me), ...adminDestinations(me), { key: 'account', to: '/account', icon: 'user' as const, labelKey: 'nav.account' }]
    .map((page) => ({ ...page, label: 'label' in page && page.label ? page.label : t(page.labelKey ?? '') }));
  const creates = objects.filter((object) => me.objects.some((one) => one.key === object.key && one.actions.includes('create'))).map((object) => ({ key: object.key, label: t('palette.create', { name: noun(object) }) }));
  const settings = [
    { key: 'light', icon: 'sun' as const, label: t('palette.appearance', { name: t('appearance.light') }), run: () => setPreferences({ appearance: 'light' }) },
    { key: 'dark', icon: 'moon' as const, label: t('palette.appearance', { name: t('appearance.dark') }), run: () => setPreferences({ appearance: 'dark' }) },
    { key: 'zh', icon: 'language' as const, label: t('palette.language', { name: t('language.zh') }), run: () => setPreferences({ language: 'zh-CN' }) },
    { key: 'en', icon: 'language' as const, label: t('palette.language', { name: t('language.en') }), run: () => setPreferences({ language: 'en' }) },
    { key: 'out', icon: 'log-out' as const, label: t('shell.signOut'), run: () => void signOut() },
  ];
  const atHand = (one: RecordAtHand): PaletteItem => ({ key: one.id, icon: objectIcon(one.object), label: one.title ?? t('record.hiddenTitle'), hint: labelOf(one.object), run: openRecord(one.object, one.id) });
  const groups: PaletteGroup[] = [
    { key: 'favourites', title: t('nav.favourites'), items: favourites.filter((one) => matches({ label: one.title ?? '' })).slice(0, wanted ? 5 : 12).map(atHand) },
    ...(wanted ? records : [{ key: 'recent', title: t('nav.recent'), items: recent.slice(0, 8).map(atHand) }]),
    { key: 'create', title: t('palette.actions'), items: creates.filter(matches).map((one): PaletteItem => ({ key: `new-${one.key}`, icon: 'plus', label: one.label, run: () => void navigate({ to: '/o/$object', params: { object: one.key }, search: { new: 1 } }) })) },
    { key: 'pages', title: t('palette.pages'), items: pages.filter(matches).map((page): PaletteItem => ({ key: `page-${page.key}`, icon: page.icon, label: page.label, run: () => void navigate({ to: page.to }) })) },
    { key: 'settings', title: t('palette.settings'), items: settings.filter(matches) },
  ];
  return <CommandPalette open={open} onClose={onClose} query={query} onQuery={setQuery} groups={groups} loading={wanted.length > 0 && (found.isFetching || asked !== wanted)} />;
}

function useDebounced(value: string, ms: number): string {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return late;
}
