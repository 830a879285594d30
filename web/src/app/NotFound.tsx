import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/ui/States';

export function NotFound() {
  const { t } = useTranslation();
  return <Empty icon="search" title={t('notFound.title')} actions={<Link to="/">{t('notFound.home')}</Link>}>{t('notFound.text')}</Empty>;
}
