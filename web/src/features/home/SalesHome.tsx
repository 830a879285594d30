import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { ClosingDeals } from './ClosingDeals';
import { DueFollowUps } from './DueFollowUps';
import { FunnelCard } from './FunnelCard';
import { LatestFollowUps } from './LatestFollowUps';
import { RecentCard } from './RecentCard';

/** Managers see their people's deals; the server decides which those are. */
const manages = (me: SignedIn): boolean => me.roles.some((role) => /manager|director|lead$/.test(role.code));

export function SalesHome({ me, now }: { me: SignedIn; now: Date }) {
  const { t } = useTranslation();
  const objects = useObjects();
  const reads = (key: string) => objects.find((one) => one.key === key && one.actions.includes('read'));
  const followUp = reads('follow_up');
  const deals = reads('opportunity');
  const team = manages(me);
  return (
    <div className="kd-home-grid">
      <div className="kd-home-col">
        {followUp ? <DueFollowUps now={now} mayCreate={me.objects.some((one) => one.key === 'follow_up' && one.actions.includes('create'))} /> : null}
        {deals ? <ClosingDeals object={deals} team={team} /> : null}
        {followUp ? <LatestFollowUps object={followUp} /> : null}
      </div>
      <div className="kd-home-col">
        {deals && team ? <FunnelCard object={deals} title={t('home.teamFunnel')} own={false} /> : null}
        {deals ? <FunnelCard object={deals} title={t('home.myFunnel')} own optional={team} /> : null}
        <RecentCard />
      </div>
    </div>
  );
}
