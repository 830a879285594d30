/**
 * Names of objects and fields. An officer without access to records does not get their metadata;
 * the names of what is delivered are then taken from the texts of the page.
 */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { unitsQuery, useObjects } from '@/api/queries';
import { useFormats } from './format';

export interface Names {
  object: (key: string) => { one: string; many: string };
  field: (object: string | null, key: string) => string;
}

export function useNames(): Names {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const objects = useObjects();
  return useMemo(() => {
    const view = (key: string | null) => objects.find((one) => one.key === key);
    return {
      object: (key) => {
        const found = view(key);
        if (found) return { one: pick(found), many: pick({ zh: found.zh, en: found.en_plural }) };
        return { one: t(`names.object.${key}.one`, { defaultValue: key }), many: t(`names.object.${key}.many`, { defaultValue: key }) };
      },
      field: (object, key) => {
        const found = view(object)?.fields.find((one) => one.key === key);
        return found ? pick(found) : t(`names.field.${key}`, { defaultValue: key });
      },
    };
  }, [objects, pick, t]);
}

export type UnitName = (unit: { id: string; name: string } | null | undefined) => string | undefined;

/** Units come with a Chinese name beside a person; another language takes theirs from the tree of units. */
export function useUnitName(): UnitName {
  const { pick, language } = useFormats();
  const { data } = useQuery({ ...unitsQuery, enabled: language === 'en' });
  return useCallback((unit) => {
    const found = data?.find((one) => one.id === unit?.id);
    return (found && pick({ zh: found.name_zh, en: found.name_en })) || unit?.name;
  }, [data, pick]);
}
