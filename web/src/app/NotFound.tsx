import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/Button';
import { Empty } from '@/ui/States';

export function NotFound() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return <Empty icon="search" title={t('notFound.title')} actions={<Button icon="home" onClick={() => void navigate({ to: '/' })}>{t('notFound.home')}</Button>}>{t('notFound.text')}</Empty>;
}
