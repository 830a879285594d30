/**
 * Names of objects and fields. An officer without access to records does not get their metadata;
 * the names of what is delivered are then taken from the texts of the page.
 */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/queries';
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
